"""A CAPTCHA in the middle of a login: nobody comes, somebody gives up, somebody solves it."""

from __future__ import annotations

import pytest

from .conftest import MakeDesk
from .journey import ESCAPE, LeapingTime, generate, go, leave, terminal
from .screen import TerminalScreen

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(240)]

PATIENCE_SECONDS = 600
NOBODY_SEES_IT = "The browser has no window on this machine, so nobody can see the CAPTCHA."


def test_a_captcha_calls_a_person_whatever_screen_is_open(make_desk: MakeDesk) -> None:
    patience = {"UPSTOX_CAPTCHA_TIMEOUT_SEC": str(PATIENCE_SECONDS)}
    desk = make_desk("captcha", apps=("PRIMARY", "WEBSOCKET2"), **patience)
    time = LeapingTime(desk)
    with terminal(desk, program=time.program) as screen:
        generate(screen)
        screen.wait_for("1 / 2 Access Tokens Generated")
        go(screen, "acct")
        screen.wait_for("Account and slots")
        screen.press(":", "d", "x")
        wait_for_the_call(screen)
        assert "Account and slots" in screen.text, "what was typed for the command line is no answer"
        time.leap(PATIENCE_SECONDS)
        screen.wait_until_gone("A PERSON IS NEEDED")
        screen.wait_for("Account and slots", "▸ dx", "or g to generate the rest")
        screen.press(ESCAPE)
        screen.wait_until_gone("▸ dx")

        generate(screen)
        wait_for_the_call(screen)
        screen.press("1", "g", "x")
        screen.wait_until_gone("A PERSON IS NEEDED")
        assert "Account and slots" in screen.text, "a question is never left for another screen"

        generate(screen)
        wait_for_the_call(screen)
        screen.press("d")  # nobody can have solved what nobody sees: the key is not taken
        desk.broker.solve_turnstile("WEBSOCKET2")
        screen.wait_until_gone("A PERSON IS NEEDED")
        screen.press("1")
        screen.wait_for("2 / 2 Access Tokens Generated", "DASHBOARD_READY")
        leave(screen)
    by_app = desk.broker.counts.by_app
    assert (by_app["PRIMARY"].exchanges, by_app["WEBSOCKET2"].exchanges) == (1, 1)


def wait_for_the_call(screen: TerminalScreen) -> None:
    """The question with its counter and its time; the window's title says it, too."""
    screen.wait_for("CAPTCHA: A PERSON IS NEEDED", "1 of 1", "Time left", NOBODY_SEES_IT)
    screen.wait_for_title("VEGA Terminal: CAPTCHA: A PERSON IS NEEDED")
