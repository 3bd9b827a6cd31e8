"""`vega-auth` without a process: help that is true, wrong command lines, errors, colours, progress."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import TextIO

import pytest

from vega_terminal.cli import __main__ as program
from vega_terminal.cli import entry
from vega_terminal.cli.commands import COMMANDS, parser
from vega_terminal.cli.output import print_table
from vega_terminal.cli.progress import telling
from vega_terminal.domain.errors import DatabaseLocked, SettingsError, SettingsProblem, UsageError
from vega_terminal.domain.events import TokenLoaded
from vega_terminal.domain.fold import fold
from vega_terminal.domain.status import AuthStatus

from .handoff_world import NOON, QuickClock

EXAMPLE = re.compile(r"^  (vega-auth .*?)(?: {2,}.*| [|>&].*)?$", re.MULTILINE)
CONTROL = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_examples_that_work_and_exit_codes(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main([command, "--help"])
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert "\nexit codes:\n" in shown
    assert [line for line in shown.splitlines() if len(line) > 120] == []
    examples = [shlex.split(line)[1:] for line in EXAMPLE.findall(shown)]
    assert [words for words in examples if words[:1] == [command]] != []
    for words in examples:
        assert parser(words).parse_args(words).command in COMMANDS


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "frobnicate",
        "refresh --nope",
        "refresh --only",
        "simulate nowhere",
        "simulate --port 99999",
        "simulate --port=-1",
        "simulate --port http",
        "audit burn",
        "audit --limit 0",
        "token",
        "token PRIMARY --json",
        "exec --",
        "completion powershell",
    ],
)
def test_a_wrong_command_line_ends_with_64_and_says_why(
    arguments: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code: object = program.main(shlex.split(arguments))
    except SystemExit as ended:
        code = ended.code
    assert code == 64
    result, said = capsys.readouterr()
    assert (result, "vega-auth" in said) == ("", True)


def test_a_slot_behind_demo_is_told_where_it_belongs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["token", "--demo", "PRIMARY"])
    said = capsys.readouterr().err
    assert "PRIMARY is no scenario; choose from happy, " in said
    assert "stands before it" in said


PROBLEM = SettingsProblem("UPSTOX_PIN", "It is not six digits.", "Write six.")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (SettingsError([PROBLEM]), 3, "UPSTOX_PIN: It is not six digits. Write six."),
        (DatabaseLocked("The database is held by excel (process 7)."), 3, "held by excel"),
        (UsageError("There is no slot NOPE."), 64, "no slot NOPE"),
        (KeyboardInterrupt(), 1, "Stopped."),
    ],
)
def test_what_ends_a_command_has_its_exit_code_and_its_sentence(
    error: BaseException,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def fails(_options: object) -> int:
        raise error

    monkeypatch.setattr(entry, "run_of", lambda _command: fails)
    assert program.main(["status"]) == code
    result, told = capsys.readouterr()
    assert (result, said in told) == ("", True)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TextIO, int]]:
    """Our side of a real pseudo-terminal, and the descriptor that it is read from."""
    for key in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(key, raising=False)
    reading, writing = os.openpty()
    with os.fdopen(writing, "w", encoding="utf-8") as ours:
        yield ours, reading
    os.close(reading)


def shown(reading: int, end: str) -> str:
    """What is on the screen, once `end` has come."""
    text = ""
    while not text.endswith(end):
        text += os.read(reading, 65_536).decode().replace("\r\n", "\n")
    return text


END = "PRIMARY_REFUSED\n"


def a_table() -> None:
    status = AuthStatus.for_names(("PRIMARY", "FEED"))
    expiry = NOON + timedelta(hours=12)
    print_table(fold(status, TokenLoaded(NOON, "PRIMARY", NOON, expiry, NOON, refused=True)), NOON)


def test_colour_is_for_screens_and_says_nothing_that_words_do_not(
    screen: tuple[TextIO, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, reading = screen
    a_table()
    plain = capsys.readouterr().out
    assert "\x1b" not in plain
    assert "✗ PRIMARY         INVALID" in plain
    monkeypatch.setattr(sys, "stdout", ours)
    a_table()
    coloured = shown(reading, END)
    assert "\x1b[31mINVALID" in coloured
    assert CONTROL.sub("", coloured) == plain
    for key, value in (("NO_COLOR", "1"), ("TERM", "dumb")):
        with monkeypatch.context() as patch:
            patch.setenv(key, value)
            a_table()
            assert shown(reading, END) == plain


async def test_long_work_is_told_on_a_screen_and_leaves_nothing(
    screen: tuple[TextIO, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, reading = screen
    over = asyncio.Event()

    class Clock(QuickClock):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            if self.elapsed > 2:
                over.set()
                await asyncio.Event().wait()

    async with telling(lambda: "Looking", QuickClock()):
        pass
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys, "stderr", ours)
    async with telling(lambda: "Looking", Clock()):
        await over.wait()
    assert shown(reading, "(1 s)\r\x1b[K") == "\r\x1b[KLooking (0 s)\r\x1b[KLooking (1 s)\r\x1b[K"
