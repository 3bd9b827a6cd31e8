"""The real terminal with a real browser: a new user's first day, and the second start."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.browser.leftovers import processes_of
from vega_terminal.simulator import Call, Fault, FaultKind

from .command_line import CommandLine
from .conftest import MakeDesk
from .screen import TerminalScreen

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]
CTRL_Q = "\x11"
ESCAPE = "\x1b"


@contextmanager
def terminal(desk: CommandLine, *arguments: str) -> Iterator[TerminalScreen]:
    """`vega-terminal` on the operator's screen; nothing of it is left afterwards."""
    command = [sys.executable, "-m", "vega_terminal.ui", *arguments]
    with ExitStack() as stack:
        screen = TerminalScreen(command, desk.environment(), desk.home)
        stack.callback(screen.close)
        yield screen
    assert processes_of(desk.home) == []


def leave(screen: TerminalScreen) -> None:
    screen.press(CTRL_Q)
    assert screen.wait_for_end(20) == 0


def test_a_first_day_and_the_morning_after(make_desk: MakeDesk) -> None:
    desk = make_desk()
    with terminal(desk) as screen:
        assert "SIMULATED" in screen.wait_for("0 / 6 Access Tokens Generated")
        screen.wait_for("Press g")
        screen.press("3")
        assert "DASHBOARD  Market" not in screen.wait_for("Press g")
        screen.press("g")
        screen.wait_for("CONFIRM GENERATION")
        screen.press("y")
        screen.wait_for("6 / 6 Access Tokens Generated")
        screen.wait_for("DASHBOARD_READY")
        screen.press("3")
        shown = screen.wait_for("RELIANCE")
        assert "Asha Rao" in shown
        assert "NSE" in shown
        leave(screen)
    wire = desk.broker.counts.total
    assert (wire.logins, wire.exchanges, wire.dialogs) == (1, 6, 6)

    with terminal(desk) as screen:
        screen.wait_for("6 / 6 Access Tokens Generated")
        screen.wait_for("DASHBOARD_READY")
        leave(screen)
    again = desk.broker.counts.total
    assert (again.logins, again.dialogs) == (1, 6)


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
        screen.press("g")
        screen.wait_for("CONFIRM GENERATION")
        screen.press("y")
        screen.wait_for("opening the authorization dialog")
        screen.press(ESCAPE)
        screen.wait_for("STOP THE RUN?")
        screen.press("y")
        screen.wait_for("The operator stopped the run")
        leave(screen)
    assert desk.broker.counts.total.exchanges == 0


def test_the_otp_is_asked_for_in_the_terminal(make_desk: MakeDesk) -> None:
    desk = make_desk("sms-otp", apps=("PRIMARY",))
    with terminal(desk) as screen:
        screen.wait_for("Press g")
        screen.press("g")
        screen.wait_for("CONFIRM GENERATION")
        screen.press("y")
        screen.wait_for("OTP")
        screen.wait_for("1 of 1")
        mobile = desk.broker.environment()["UPSTOX_MOBILE_NUMBER"]
        otp = desk.broker.last_otp(mobile)
        assert otp is not None
        screen.press(*otp)
        screen.wait_for("DASHBOARD_READY")
        screen.wait_for("1 / 1 Access Tokens Generated")
        leave(screen)
    wire = desk.broker.counts.total
    assert (wire.otps_right, wire.otps_wrong) == (1, 0)


def test_a_captcha_in_the_middle_is_solved_by_a_person(make_desk: MakeDesk) -> None:
    desk = make_desk("captcha", apps=("PRIMARY", "WEBSOCKET1", "WEBSOCKET2"))
    with terminal(desk) as screen:
        screen.wait_for("Press g")
        screen.press("g")
        screen.wait_for("CONFIRM GENERATION")
        screen.press("y")
        screen.wait_for("2 / 3 Access Tokens Generated")
        screen.wait_for("CAPTCHA")
        screen.wait_for("1 of 1")
        desk.broker.solve_turnstile("WEBSOCKET2")
        screen.wait_for("DASHBOARD_READY")
        screen.wait_for("3 / 3 Access Tokens Generated")
        leave(screen)


def test_the_demo_starts_with_nothing_configured(make_desk: MakeDesk) -> None:
    desk = make_desk()
    with terminal(desk, "--demo") as screen:
        screen.wait_for("0 / 6 Access Tokens Generated")
        screen.wait_for("Press g")
        leave(screen)
    assert desk.broker.counts.total.dialogs == 0
