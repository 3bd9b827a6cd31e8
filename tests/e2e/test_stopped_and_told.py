"""Ctrl-C and SIGTERM while a run waits for its turn at the machine's login: who is told of it."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from filelock import UnixFileLock

from .command_line import CommandLine, Finished
from .conftest import MakeDesk

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

COMMANDS = [("refresh", "--yes", "--no-input"), ("warmup", "run")]
TAKING = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read() + '\\n')"


def interrupted(desk: CommandLine, number: signal.Signals, *arguments: str) -> Finished:
    """The signal comes while another process of this machine signs in."""
    desk.data.mkdir(mode=0o700, exist_ok=True)
    with UnixFileLock(desk.data / "login.lock"):
        process = desk.start(*arguments)
        desk.interrupt(process, number, lambda line: "Another VEGA process" in line)
        finished = desk.finish(process)
    assert finished.code == 1, finished.stderr
    assert desk.broker.counts.browsers == 0
    return finished


def telling(make_desk: MakeDesk) -> tuple[CommandLine, Path]:
    """A desk with a program that is told, and the file in which it writes."""
    desk = make_desk(apps=("PRIMARY",))
    taking, told = desk.home / "taking.py", desk.home / "told"
    taking.write_text(TAKING)
    told.touch()
    desk.extra["VEGA_NOTIFY_COMMAND"] = f"{sys.executable} {taking} {told}"
    return desk, told


@pytest.mark.parametrize("arguments", COMMANDS)
def test_ctrl_c_tells_nobody(make_desk: MakeDesk, arguments: tuple[str, ...]) -> None:
    desk, told = telling(make_desk)
    interrupted(desk, signal.SIGINT, *arguments)
    assert told.read_text() == ""


@pytest.mark.parametrize("arguments", COMMANDS)
def test_sigterm_is_told_in_words_that_fit_a_shutdown(
    make_desk: MakeDesk, arguments: tuple[str, ...]
) -> None:
    desk, told = telling(make_desk)
    finished = interrupted(desk, signal.SIGTERM, *arguments)
    notice: dict[str, Any] = json.loads(told.read_text())
    assert (notice["kind"], notice["slots"]) == ("RUN_PARTIAL", ["PRIMARY"])
    assert "PRIMARY: The run was stopped before it was done." in notice["happened"]
    assert "operator" not in notice["text"] + finished.stderr
