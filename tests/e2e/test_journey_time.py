"""Time in the real terminal: the eleven minutes after a throttled sign-in, and 03:30 IST."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest

from tests.browser.leftovers import processes_of
from tests.waiting import until
from vega_terminal.domain.token import next_expiry
from vega_terminal.engine.one_time_password import STEP_SECONDS
from vega_terminal.simulator import Call, Fault, FaultKind

from .conftest import MakeDesk
from .journey import LeapingTime, generate, go, leave, terminal

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(240)]

COOLDOWN_SECONDS = 660
THREE = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2")


def test_a_login_goes_on_by_itself_after_each_cooldown_even_after_a_kill(make_desk: MakeDesk) -> None:
    desk = make_desk("no-session", apps=THREE)
    for app in THREE[1:]:
        desk.broker.faults.add(Fault(FaultKind.THROTTLE_PAGE, Call.DIALOG, app=app, times=1))
    time = LeapingTime(desk)
    with terminal(desk, program=time.program) as screen:
        generate(screen)
        screen.wait_for("1 / 3 Access Tokens Generated", "COOLDOWN │ CD 10:", "goes on ")
        dialogs = desk.broker.counts.total.dialogs
        screen.press("g")
        screen.wait_for("Not now", "Nobody signs in before it is over.")
        screen.press("2")
        screen.wait_for("Account and slots", "COOLDOWN │ CD 10:", "IST")
        assert desk.broker.counts.total.dialogs == dialogs
        time.leap(COOLDOWN_SECONDS)
        screen.press("1")
        screen.wait_for("2 / 3 Access Tokens Generated", "COOLDOWN │ CD 10:")
        screen.send_signal(signal.SIGKILL)
        screen.wait_for_end()
        assert not screen.is_as_before, "nobody can tidy up after such an end"
        until(lambda: processes_of(desk.home) == [])

    desk.broker.revoke("PRIMARY")
    with terminal(desk, program=time.program) as screen:
        screen.wait_for("1 / 3 Access Tokens Generated", "INVALID", "CD 10:")
        go(screen, "acct")
        screen.wait_for("Login partially completed.", "PRIMARY access token pending.", "Cooldown: 10:")
        time.leap(COOLDOWN_SECONDS)
        screen.wait_until_gone("Cooldown:")
        screen.press("1")
        screen.wait_for("2 / 3 Access Tokens Generated", "PARTIAL_AUTH", "Press g")
        time.leap(STEP_SECONDS)
        generate(screen)
        screen.wait_for("3 / 3 Access Tokens Generated", "DASHBOARD_READY")
        leave(screen)
    exchanges = {app: tally.exchanges for app, tally in desk.broker.counts.by_app.items()}
    assert exchanges == {"PRIMARY": 2, "WEBSOCKET1": 1, "WEBSOCKET2": 1}


def test_half_past_three_closes_the_open_dashboard(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY", "WEBSOCKET1"))
    time = LeapingTime(desk)
    with terminal(desk, program=time.program) as screen:
        generate(screen)
        screen.wait_for("2 / 2 Access Tokens Generated", "DASHBOARD_READY")
        screen.press("3")
        screen.wait_for("RELIANCE")
        time.leap_to(next_expiry(desk.broker.now()) + timedelta(minutes=1))
        screen.wait_for("The dashboard closed", "ended at 03:30 IST")
        shown = screen.wait_for("0 / 2 Access Tokens Generated", "EXPIRED")
        assert "RELIANCE" not in shown
        screen.press("3")
        screen.wait_for("Not now", "PRIMARY's access token has expired.")
        generate(screen)
        screen.wait_for("2 / 2 Access Tokens Generated", "DASHBOARD_READY")
        screen.press("3")
        screen.wait_for("RELIANCE")
        leave(screen)
    wire = desk.broker.counts.total
    assert (wire.logins, wire.exchanges) == (2, 4)
