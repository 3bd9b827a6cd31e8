"""ACCOUNT: who is logged in, what can be done, and every slot in full; reachable with some tokens."""

from __future__ import annotations

from typing import Final

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from vega_terminal.domain.errors import GateShut
from vega_terminal.ui.functions import Code
from vega_terminal.ui.modals.slot_page import SlotPage
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.session import Session
from vega_terminal.ui.views.account import COLUMNS, SlotRecord, account_facts, slot_records
from vega_terminal.ui.views.actions import choices
from vega_terminal.ui.views.cooldown import countdown
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.partial import partial_lines
from vega_terminal.ui.widgets.choice_list import ChoiceList
from vega_terminal.ui.widgets.cooldown_panel import CooldownPanel
from vega_terminal.ui.widgets.field_page import FieldPage, Sections
from vega_terminal.ui.widgets.note_lines import NoteLines
from vega_terminal.ui.widgets.record_list import RecordList
from vega_terminal.ui.widgets.record_list_panel import RecordPanel

_KEYS: Final = "Enter details and history  / filter"
_LABEL: Final = 11


class AccountScreen(DeskScreen):
    """Screen 2."""

    CODE = Code.ACCT

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._slots: tuple[SlotRecord, ...] = ()

    def compose_body(self, view: DeskView) -> ComposeResult:
        """What is missing, the countdown, the account and the menu above the slots."""
        with Horizontal(id="head"):
            with Vertical(id="pending", classes="panel") as pending:
                pending.border_title = "LOGIN"
                yield Static(id="partial", markup=False)
                yield CooldownPanel()
            with VerticalScroll(id="account", classes="panel") as account:
                account.border_title = "ACCOUNT"
                yield FieldPage(_page(view), label=_LABEL)
            with VerticalScroll(id="choices", classes="panel") as panel:
                panel.border_title = "WHAT YOU CAN DO"
                yield ChoiceList(choices(view, self.CODE))
        yield RecordPanel("SLOTS", COLUMNS, empty="No slots.", keys=_KEYS, follows=False)
        yield NoteLines((), id="slot-note")

    def on_mount(self) -> None:
        """The slots take the keys."""
        self.query_one(RecordPanel).take_keys()

    def on_screen_resume(self) -> None:
        """Who it is, is asked once, when the broker may be asked at all."""
        view = self.session.view()
        if view.status.ready(view.now) and view.dashboard.profile.value is None:
            self._ask_who()

    def on_screen_suspend(self) -> None:
        """Nobody looks: ask nothing."""
        self.workers.cancel_group(self, "who")

    @work(group="who", exclusive=True)
    async def _ask_who(self) -> None:
        engine = self.session.engine
        if engine is None:
            return
        try:
            self.session.dashboard = await engine.look()
        except GateShut:
            return
        self.paint(self.session.view())

    def paint_body(self, view: DeskView) -> None:
        """Show `view`."""
        lines = partial_lines(view.status, view.now)
        waiting = countdown(view.status, view.now)
        self.set_class(bool(lines) or waiting is not None, "-pending")
        self.query_one("#partial", Static).update("\n".join(lines), layout=False)
        self.query_one("#partial").display = bool(lines)
        self.query_one(CooldownPanel).show(waiting)
        self.query_one(FieldPage).show(_page(view))
        self.query_one(ChoiceList).show(choices(view, self.CODE))
        self._paint_slots(slot_records(view))

    def _paint_slots(self, slots: tuple[SlotRecord, ...]) -> None:
        if slots != self._slots:
            self._slots = slots
            self.query_one(RecordPanel).show(slots)
            self._tell_note()

    @on(RecordList.Moved)
    def _tell_note(self) -> None:
        """What goes on with the slot under the cursor, unabridged."""
        slot = self._records.state.at_cursor
        notes = ((f"▸ {slot.slot.name}: {slot.note}", slot.tone),) if isinstance(slot, SlotRecord) else ()
        self.query_one("#slot-note", NoteLines).show(notes)

    @on(RecordList.Opened)
    def _open_slot(self, event: RecordList.Opened) -> None:
        self.app.push_screen(SlotPage(self.session, self._records, event.record))

    @property
    def _records(self) -> RecordList:
        return self.query_one(RecordPanel).records


def _page(view: DeskView) -> Sections:
    return (("", account_facts(view)),)
