"""ACCOUNT: who is logged in and every slot in full; reachable with some tokens."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from vega_terminal.domain.navigation import Area
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.views.account import account_facts, slot_details
from vega_terminal.ui.views.cooldown import countdown
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.partial import partial_lines
from vega_terminal.ui.widgets.cooldown_panel import CooldownPanel
from vega_terminal.ui.widgets.facts import FactList
from vega_terminal.ui.widgets.slot_details import SlotDetails


class AccountScreen(DeskScreen):
    """Screen 2."""

    AREA = Area.ACCOUNT
    NAME = "Account and slots"

    def compose_body(self, view: DeskView) -> ComposeResult:
        """What is missing, the countdown, the account, the slots."""
        with Horizontal(id="head"):
            with Vertical(id="account", classes="panel") as account:
                account.border_title = "ACCOUNT"
                yield FactList(account_facts(view))
            with Vertical(id="pending", classes="panel") as pending:
                pending.border_title = "LOGIN"
                yield Static(id="partial", markup=False)
            yield CooldownPanel()
        with VerticalScroll(id="slots", classes="panel") as slots:
            slots.border_title = "SLOTS"
            yield SlotDetails(slot_details(view))

    def paint_body(self, view: DeskView) -> None:
        """Show `view`."""
        lines = partial_lines(view.status, view.now)
        self.set_class(bool(lines), "-pending")
        self.query_one("#partial", Static).update("\n".join(lines), layout=False)
        self.query_one(CooldownPanel).show(countdown(view.status, view.now))
        self.query_one(FactList).show(account_facts(view))
        self.query_one(SlotDetails).show(slot_details(view))
