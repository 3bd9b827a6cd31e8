"""The real terminal with a real browser: a new user's first day, and the second morning."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from vega_terminal.simulator import Call, Fault, FaultKind

from .conftest import MakeDesk
from .journey import ESCAPE, F1, generate, go, leave, terminal
from .screen import TerminalScreen

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]


def test_a_first_day_and_the_second_morning(make_desk: MakeDesk) -> None:
    desk = make_desk()
    os.umask(0o022)
    with terminal(desk) as screen:
        screen.wait_for("SIMULATED", "0 / 6 Access Tokens Generated", "Press g")
        assert folders_open_to_others(desk.data) == []
        screen.press("3")
        screen.wait_for("Not now", "PRIMARY has no access token yet.", "ACCESS TOKENS")
        screen.press("g")
        screen.wait_for_title("VEGA Terminal: CONFIRM GENERATION")
        assert screen.bells == 1
        screen.press("y")
        screen.wait_for("6 / 6 Access Tokens Generated", "DASHBOARD_READY")
        assert screen.title == "VEGA Terminal"
        walk_through_the_functions(screen)
        leave(screen)
    wire = desk.broker.counts.total
    assert (wire.logins, wire.exchanges, wire.dialogs) == (1, 6, 6)

    with terminal(desk) as screen:
        screen.wait_for("6 / 6 Access Tokens Generated", "DASHBOARD_READY", "All tokens are valid.")
        leave(screen)
    again = desk.broker.counts.total
    assert (again.logins, again.dialogs) == (1, 6)


def walk_through_the_functions(screen: TerminalScreen) -> None:
    """By command line, number, LAST and help, as somebody does who learns them."""
    go(screen, "acct")
    screen.wait_for("Account and slots", "Asha Rao", "OPTIONCHAIN2")
    go(screen, "4")
    screen.wait_for("RELIANCE", "Asha Rao", "NSE")
    screen.press("-")
    screen.wait_for("Account and slots")
    screen.press(F1)
    screen.wait_for("HELP", "ACCT: who is logged in, and every slot in full")
    screen.press(ESCAPE)
    screen.wait_until_gone("ACCT: who is logged in")
    go(screen, "nonsense")
    screen.wait_for("There is no function nonsense.")
    go(screen, "dash")
    screen.wait_for("RELIANCE")


def folders_open_to_others(top: Path) -> list[Path]:
    """The folder and what lies in it, where others may do anything with it."""
    return [path for path in (top, *top.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_declining_generates_nothing_and_escape_stops_a_run(make_desk: MakeDesk) -> None:
    desk = make_desk(UPSTOX_DECISION_MODE="ASK")
    with terminal(desk) as screen:
        screen.wait_for("Press g")
        screen.press("g")
        screen.wait_for("CONFIRM GENERATION")
        screen.press("n")
        screen.wait_for("0 of 6 access tokens are valid")
        assert desk.broker.counts.total.dialogs == 0
        desk.broker.faults.add(Fault(FaultKind.HANG, Call.LOGIN_PAGE))
        generate(screen)
        screen.wait_for("opening the authorization dialog")
        screen.press(ESCAPE)
        screen.wait_for("STOP THE RUN?")
        screen.press("y")
        screen.wait_for("The run was stopped before it was done")
        leave(screen)
    assert desk.broker.counts.total.exchanges == 0


def test_the_demo_starts_with_nothing_configured(make_desk: MakeDesk) -> None:
    desk = make_desk()
    with terminal(desk, "--demo") as screen:
        screen.wait_for("0 / 6 Access Tokens Generated", "Press g")
        leave(screen)
    assert desk.broker.counts.total.dialogs == 0
