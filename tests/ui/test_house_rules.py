"""What must hold for every file of the terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import vega_terminal.ui
from vega_terminal.ui.house import STYLES
from vega_terminal.ui.stylesheets import stylesheet

UI = Path(vega_terminal.ui.__file__).parent
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{)")


def test_the_app_loads_no_adapter() -> None:
    """The first frame must not wait for a browser driver or a database."""
    heavy = "{'httpx', 'selenium', 'aiosqlite', 'cryptography', 'starlette', 'uvicorn'}"
    code = f"import sys, vega_terminal.ui.app; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_colours_live_in_the_theme_alone() -> None:
    files = [path for path in UI.rglob("*.py") if path.name != "theme.py"]
    files += [stylesheet(name) for name in STYLES]
    coloured = {path.name: COLOUR.findall(path.read_text()) for path in files}
    assert {name: found for name, found in coloured.items() if found} == {}


def test_every_stylesheet_is_used() -> None:
    assert {path.stem for path in stylesheet("frame").parent.glob("*.tcss")} == set(STYLES)


def test_a_missing_stylesheet_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.tcss"):
        stylesheet("nowhere")


def test_no_file_grows_into_a_god() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in UI.rglob("*.py")}
    assert max(lengths.values()) <= 260, lengths
