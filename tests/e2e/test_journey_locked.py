"""Another program takes the database in the middle of a login: the operator sees it, and goes on."""

from __future__ import annotations

import pytest

from vega_terminal.ui.views.database import LOCK_LINES

from .conftest import MakeDesk
from .foreign_lock import held_by_another_program
from .journey import CTRL_Q, generate, leave, terminal
from .test_locked_database import tokens_in

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]


def test_a_lock_in_the_middle_of_a_login_is_seen_and_costs_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY", "WEBSOCKET1"))
    with terminal(desk) as screen:
        generate(screen)
        screen.wait_for("PRIMARY: waiting for the OTP page")
        with held_by_another_program(desk.data / "vega_trade.db") as pid:
            screen.wait_for(*LOCK_LINES, f"process {pid}", "DB LOCKED")
            screen.wait_for("2 / 2 Access Tokens Generated", "DASHBOARD_READY", "2 held")
            screen.press("3")
            screen.wait_for("RELIANCE", "DB LOCKED 2 held")
            screen.press(CTRL_Q)
            screen.wait_for("LEAVE?", "Tokens wait in the journal for the database.")
            screen.press("n", "1")
            screen.wait_for(*LOCK_LINES)
        screen.wait_until_gone(LOCK_LINES[0])
        screen.wait_for("2 / 2 Access Tokens Generated", "DB OK", "DASHBOARD_READY")
        assert tokens_in(desk.data) == 2
        leave(screen)
    wire = desk.broker.counts.total
    assert (wire.logins, wire.exchanges) == (1, 2)
