"""AUD: who did what and what came of it, and the proof that nothing of it was changed."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from vega_terminal.ui.functions import Code
from vega_terminal.ui.screens.records import RecordsScreen
from vega_terminal.ui.session import Session
from vega_terminal.ui.trail import TrailReader
from vega_terminal.ui.views.audit import COLUMNS, AuditRow
from vega_terminal.ui.views.audit_proof import TrailState, empty_words, trail_notes
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.widgets.note_lines import NoteLines
from vega_terminal.ui.widgets.record_list_panel import RecordPanel

SETTLE_SECONDS: Final = 0.5
"""How long after an event the trail is read: it is written just after it, and events come in crowds."""

_KEYS: Final = "Enter details  / filter  t time  p prove  a all  r read  e export"
_READING, _PROVING = "trail", "proof"


class AuditScreen(RecordsScreen):
    """Screen 4; reads when something happened, and only while it is looked at."""

    CODE = Code.AUD
    WHAT = "audit"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "prove", "Prove", id="audit.prove", show=False),
        Binding("a", "read_all", "Read all", id="audit.all", show=False),
        Binding("r", "read", "Read again", id="audit.read", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._trail: TrailReader | None = None
        self._rows: tuple[AuditRow, ...] = ()
        self._heard = -1
        self._news = asyncio.Event()

    def compose_body(self, view: DeskView) -> ComposeResult:
        """The verdict above the list."""
        yield NoteLines(trail_notes(TrailState(), view.now), id="verdict")
        yield RecordPanel("AUDIT TRAIL", COLUMNS, empty=empty_words(TrailState()), keys=_KEYS)

    def on_screen_resume(self) -> None:
        """Looked at again: read again."""
        self._keep_reading()

    def on_screen_suspend(self) -> None:
        """Nobody looks: read nothing."""
        self.workers.cancel_group(self, _READING)

    def paint_body(self, view: DeskView) -> None:
        """Show the verdict; the list changes only when the trail was read."""
        state = TrailState() if self._trail is None else self._trail.state
        self.query_one(NoteLines).show(trail_notes(state, view.now))
        if self.session.engine is not None and self.session.heard != self._heard:
            self._news.set()

    def action_read(self) -> None:
        """Read the newest records now."""
        self._keep_reading()

    def action_read_all(self) -> None:
        """Read every record there is."""
        self._keep_reading(everything=True)

    def action_prove(self) -> None:
        """Check every record."""
        if self._trail is None:
            self.refuse("The engine is starting; the trail can be proven when it runs.")
        elif not self._trail.state.is_proving:
            self._prove(self._trail)

    @work(group=_READING, exclusive=True)
    async def _keep_reading(self, *, everything: bool = False) -> None:
        """Read now, and again after whatever happens from now on."""
        trail = await self._opened_trail()
        while True:
            self._heard = self.session.heard
            self._news.clear()
            await (trail.read_all() if everything else trail.read())
            everything = False
            await self._news.wait()
            await self.session.clock.sleep(SETTLE_SECONDS)

    async def _opened_trail(self) -> TrailReader:
        """The reader; made, and the trail proven for the first time, once there is an engine."""
        while self._trail is None:
            engine = self.session.engine
            if engine is None:
                await self._news.wait()
                continue
            self._trail = TrailReader(engine.book, engine.clock, self._show_trail)
            self._prove(self._trail)
        return self._trail

    @work(group=_PROVING, exclusive=True)
    async def _prove(self, trail: TrailReader) -> None:
        await trail.prove()

    def _show_trail(self) -> None:
        """The trail was read, or what is known of it has changed."""
        trail = self._trail
        if trail is None:
            return
        if trail.rows is not self._rows:
            self._rows = trail.rows
            self.panel.show(trail.rows, trail.title)
        self.panel.records.tell_empty(empty_words(trail.state))
        self.query_one(NoteLines).show(trail_notes(trail.state, self.session.clock.now()))
