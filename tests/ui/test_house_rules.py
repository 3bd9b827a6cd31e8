"""What must hold for every file of the terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import vega_terminal.ui
from vega_terminal.ui.functions import Code
from vega_terminal.ui.house import STYLES
from vega_terminal.ui.stylesheets import stylesheet

from . import scenes
from .scripted_engine import ScriptedEngine
from .waiting import running, until

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


def test_no_handler_calls_its_parents_handler() -> None:
    """Textual calls the handlers of every base class by itself; calling them, too, does everything twice."""
    files = [path for folder in ("screens", "modals") for path in (UI / folder).glob("*.py")]
    calling = {path.name for path in files if re.search(r"super\(\)\._?on_", path.read_text())}
    assert calling == set()


def test_every_stylesheet_is_used() -> None:
    assert {path.stem for path in stylesheet("frame").parent.glob("*.tcss")} == set(STYLES)


def test_a_missing_stylesheet_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.tcss"):
        stylesheet("nowhere")


def test_no_file_grows_into_a_god() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in UI.rglob("*.py")}
    assert max(lengths.values()) <= 260, lengths


async def test_a_screen_that_was_seen_is_drawn_without_a_pause() -> None:
    """A pause of no seconds would never end: Textual's timer divides by its interval."""
    app = scenes.app_for(ScriptedEngine(scenes.empty))
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        await pilot.press("4")
        await until(pilot, lambda: app._batch_count == 0, "the new screen is drawn")
        await app.switch_mode(Code.LOGIN.value)
        assert app._batch_count == 0
        assert all(timer._interval > 0 for timer in app._timers)
