"""The browser and its driver as programs, and the display. No browser is opened."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.doctor.ground import environment, finding, ground_in, ground_of
from vega_terminal.doctor.checks import browser
from vega_terminal.doctor.examination import Check, examine
from vega_terminal.doctor.findings import Verdict


def program(folder: Path, script: str, name: str = "chromedriver") -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


async def test_the_installed_browser_and_its_driver_fit(tmp_path: Path) -> None:
    ground = ground_in(tmp_path, VEGA_BROWSER="chromium")
    for name in ("Browser", "Driver"):
        found = await finding(name, ground)
        assert found.verdict is Verdict.OK, found.found


async def test_a_driver_that_is_not_there_fails(tmp_path: Path) -> None:
    found = await finding("Driver", ground_in(tmp_path, VEGA_DRIVER_PATH=str(tmp_path / "none")))
    assert found.verdict is Verdict.FAIL
    assert "VEGA_DRIVER_PATH" in found.found


async def test_a_driver_of_another_version_fails(tmp_path: Path) -> None:
    old = program(tmp_path, "echo ChromeDriver 99.0.4844.51")
    found = await finding("Driver", ground_in(tmp_path, VEGA_BROWSER="chromium", VEGA_DRIVER_PATH=old))
    assert found.verdict is Verdict.FAIL
    assert "99" in found.found


async def test_a_program_that_is_no_browser_fails(tmp_path: Path) -> None:
    mute = program(tmp_path, "exit 0", "chromium")
    found = await finding("Browser", ground_in(tmp_path, VEGA_BROWSER_BINARY=mute))
    assert found.verdict is Verdict.FAIL
    assert (await finding("Driver", ground_in(tmp_path, VEGA_BROWSER_BINARY=mute))).verdict is Verdict.UNKNOWN


async def test_a_program_that_cannot_be_run_fails(tmp_path: Path) -> None:
    broken = tmp_path / "chromedriver"
    broken.write_bytes(b"\x7fELF and nothing more")
    broken.chmod(0o700)
    found = await finding("Driver", ground_in(tmp_path, VEGA_DRIVER_PATH=str(broken)))
    assert found.verdict is Verdict.FAIL
    assert "cannot be run" in found.found


async def test_a_driver_that_hangs_is_ended_when_its_time_is_up(tmp_path: Path) -> None:
    slow = program(tmp_path, f"echo $$ > {tmp_path}/pid\nexec sleep 600")
    check = Check("Driver", browser.driver, limit=1.0)
    (found,) = await examine(ground_in(tmp_path, VEGA_DRIVER_PATH=slow), (check,))
    assert found.verdict is Verdict.UNKNOWN
    assert not psutil.pid_exists(int((tmp_path / "pid").read_text()))


async def test_secrets_of_the_environment_do_not_reach_the_programs(tmp_path: Path) -> None:
    spy = program(tmp_path, f"env > {tmp_path}/seen\necho ChromeDriver 99.1")
    await finding("Driver", ground_in(tmp_path, VEGA_DRIVER_PATH=spy, DISPLAY=":0"))
    seen = (tmp_path / "seen").read_text()
    assert "PATH=" in seen
    assert "UPSTOX" not in seen
    assert "DISPLAY" not in seen


async def test_without_a_browser_the_first_login_would_download_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("Browser", "Driver"):
        assert (await finding(name, ground_in(tmp_path))).verdict is Verdict.WARN


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, Verdict.WARN),
        ({"VEGA_HEADLESS": "true"}, Verdict.WARN),
        ({"VEGA_HEADLESS": "false"}, Verdict.FAIL),
        ({"DISPLAY": ":63999"}, Verdict.FAIL),
        ({"DISPLAY": "127.0.0.1:1"}, Verdict.FAIL),
    ],
)
async def test_a_display_that_is_not_there_is_told(
    tmp_path: Path, changes: dict[str, str], verdict: Verdict
) -> None:
    assert (await finding("Display", ground_of(environment(tmp_path, **changes)))).verdict is verdict


@contextmanager
def x_server() -> Iterator[str]:
    """Somebody who takes connections where an X server does; the name of the display."""
    number = 10_000 + os.getpid()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0/tmp/.X11-unix/X{number}")
        server.listen()
        yield f":{number}"


async def test_a_display_that_answers_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with x_server() as name:
        monkeypatch.setenv("DISPLAY", name)
        found = await finding("Display", ground_in(tmp_path, DISPLAY=name))
    assert found.verdict is Verdict.OK
    assert "visible" in found.found
