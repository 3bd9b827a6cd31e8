"""`vega-auth warmup` as a person and a timer meet it."""

from __future__ import annotations

import json
import plistlib
from collections.abc import Callable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.command_line import CommandLine
from vega_terminal.cli.__main__ import main
from vega_terminal.clock import SystemClock
from vega_terminal.domain.calendar.days import CalendarEntry, CalendarOrigin, CalendarSource, DayKind
from vega_terminal.domain.calendar.document import write_calendar
from vega_terminal.domain.calendar.trading import TradingCalendar
from vega_terminal.domain.token import IST
from vega_terminal.domain.warmup import WarmUpSchedule
from vega_terminal.simulator import SimulatedBroker

Tell = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def broker() -> Iterator[SimulatedBroker]:
    with SimulatedBroker(apps=("PRIMARY",)) as simulated:
        yield simulated


@pytest.fixture
def machine(broker: SimulatedBroker, tmp_path: Path) -> CommandLine:
    return CommandLine(broker, tmp_path, {"UPSTOX_DECISION_MODE": "NEVER"})


@pytest.fixture
def tell(machine: CommandLine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tell:
    """Run a command that starts nothing in this very process: exit code, stdout, stderr."""
    for name, value in machine.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(machine.home)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(["warmup", *arguments])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def today_special(machine: CommandLine) -> WarmUpSchedule:
    """Give the operator a calendar in which today is a session, and the schedule that follows from it."""
    today = SystemClock().now().astimezone(IST).date()
    entry = CalendarEntry(today, DayKind.SPECIAL, "Session of this test")
    source = CalendarSource(CalendarOrigin.OPERATOR, entries={today: entry})
    own = machine.home / "own.json"
    own.write_text(write_calendar(source))
    machine.extra["VEGA_CALENDAR_FILE"] = str(own)
    return WarmUpSchedule(time(3, 30), TradingCalendar((source,)))


# --- show -----------------------------------------------------------------------------------------


def test_show_in_json(machine: CommandLine, tell: Tell) -> None:
    code, out, err = tell("show", "--json")
    document: dict[str, Any] = json.loads(out)
    assert (code, err, document["last"]) == (0, "", None)
    at = datetime.fromisoformat(document["next"]["at"])
    assert f"{at:%H:%M %z}" == "08:00 +0530"
    assert at == datetime.fromisoformat(document["next"]["atLocal"])
    assert document["next"]["day"]["date"] == f"{at:%Y-%m-%d}"
    assert document["calendar"] == {"knownThrough": "2026-12-31", "sources": ["SHIPPED"], "problems": []}
    assert not machine.data.exists()  # looking changes nothing


def test_show_tells_of_a_calendar_file_that_cannot_be_used(
    machine: CommandLine, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = machine.home / "own.json"
    own.write_text('{"format": 1, "days": [{"date": "2026-10-06", "kind": "FEAST"}]}')
    monkeypatch.setenv("VEGA_CALENDAR_FILE", str(own))
    machine.data.mkdir()
    (machine.data / "warmup.json").write_text(
        '{"due": null, "finishedAt": "2026-10-06T02:31:00+00:00", "exitCode": 2,'
        ' "summary": "A \\u001b[31mCAPTCHA."}'
    )
    code, out, _ = tell("--time", "09:05")
    assert code == 0
    assert " 09:05 IST" in out
    assert 'Day 1: "kind" has to be one of OPEN, HOLIDAY, SPECIAL.' in out
    assert "Tue 06 Oct 2026 08:01 IST, exit code 2. A " in out
    assert "\x1b" not in out


# --- install --------------------------------------------------------------------------------------


def test_install_prints_what_can_be_piped_and_says_what_is_missing(machine: CommandLine, tell: Tell) -> None:
    code, out, err = tell("install", "--launchd")
    assert code == 0
    document = plistlib.loads(out.encode())
    assert document["ProgramArguments"][1:] == ["warmup", "run", "--scheduled", "--time", "08:00"]
    assert "UPSTOX_" in err
    assert "of this shell's environment will not be there" in err
    for name, value in machine.environment().items():
        if name.startswith(("UPSTOX_", "VEGA_")) and len(value) > 20:
            assert value not in err
    code, out, _ = tell("install", "--cron", "--user", "trader", "--json")
    assert json.loads(out)["timer"] == "cron"
    assert " trader /" in json.loads(out)["text"]


def test_wrong_settings_keep_no_timer_from_being_printed(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPSTOX_WARMUP_TIME", "soon")
    code, out, err = tell("install", "--systemd")
    assert code == 0
    assert "Mon..Fri *-*-* 08:00:00 Asia/Kolkata" in out
    assert "wrong or not complete, so 08:00 IST is taken." in err


def test_a_timer_without_a_settings_file_is_told(
    machine: CommandLine, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(machine.data.parent)
    _, out, err = tell("install", "--cron")
    assert "--env-file" not in out
    assert f"there is no .env in {machine.data.parent}, so this timer reads no settings file" in err
    Path(".env").touch()
    _, out, err = tell("install", "--cron")
    assert f"--env-file {machine.data.parent / '.env'}" in out
    assert "reads no settings file" not in err


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("show", "--scheduled"), "--scheduled belongs to `vega-auth warmup run`."),
        (("run", "--cron"), "--cron belongs to `vega-auth warmup install`."),
        (("--user", "me"), "--user belongs to `vega-auth warmup install`."),
        (("install", "--demo"), "--demo: the simulated broker needs no timer."),
        (("install", "--user", "me; rm"), "--user: that is no name of a user."),
    ],
)
def test_a_wrong_command_line_is_told_and_ends_with_64(
    tell: Tell, arguments: tuple[str, ...], why: str
) -> None:
    code, out, err = tell(*arguments)
    assert (code, out) == (64, "")
    assert why in err


# --- run, as a program of its own -------------------------------------------------------------------


@pytest.mark.e2e
def test_run_then_a_timer_that_comes_after_it(machine: CommandLine) -> None:
    schedule = today_special(machine)
    is_due = schedule.open_at(SystemClock().now()) is not None
    made = machine.run("warmup", "run", "--time", "03:30", "--json")
    assert (made.code, made.verdicts()) == (1, {"PRIMARY": "MISSING"})
    assert "started by warmup." in made.stderr
    assert ("Today: A special session (Session of this test)" in made.stderr) is is_due
    by_timer = machine.run("warmup", "run", "--scheduled", "--time", "03:30")
    assert by_timer.stdout == ""
    assert (by_timer.code, by_timer.stderr.startswith("It was made already.")) == (int(is_due), is_due)
    kept = json.loads((machine.data / "warmup.json").read_text())
    assert (kept["exitCode"], kept["due"] is not None) == (1, is_due)
