"""The wheel holds everything that the programs need at run time."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e]
CHECKOUT = Path(__file__).resolve().parents[2]

LOOK = """
import vega_terminal
from vega_terminal.browser.login_page import LoginPage
from vega_terminal.simulator import SimulatedBroker
from vega_terminal.ui.app import VegaApp
print(vega_terminal.__file__)
for sheet in VegaApp.CSS_PATH:
    assert open(sheet).read().strip(), sheet
    print(sheet)
"""


def test_an_installed_wheel_finds_its_styles_pages_and_scripts(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=CHECKOUT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    shown = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(installed)}, capture_output=True, check=False,
        text=True,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr
    places = [Path(line) for line in shown.stdout.splitlines()]
    assert len(places) > 3
    assert all(installed in place.parents for place in places)
