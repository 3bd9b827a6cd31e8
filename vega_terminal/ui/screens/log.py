"""LOG: what this run said, and on request what stands in the log files."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from vega_terminal.domain.errors import VegaError
from vega_terminal.ui.functions import Code
from vega_terminal.ui.screens.records import RecordsScreen
from vega_terminal.ui.session import MOST_LOGGED, Session
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.log import COLUMNS, LogRow, in_order, older_rows, row_of_message
from vega_terminal.ui.widgets.record_list_panel import RecordPanel

_KEYS: Final = "Enter details  / filter  t time  o older lines from the file  e export"


class LogScreen(RecordsScreen):
    """Messages as they come; each `o` adds what stands in one more log file, the newest first."""

    CODE = Code.LOG
    WHAT = "log"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "older", "Older lines", id="log.older", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._rows: tuple[LogRow, ...] = ()
        self._said = 0
        self._files_read = 0
        self._loaded = 0

    def compose_body(self, view: DeskView) -> ComposeResult:  # noqa: ARG002 - painted from the session's log
        """The list."""
        yield RecordPanel("LOG", COLUMNS, empty="Nothing was said yet.", keys=_KEYS)

    def paint_body(self, view: DeskView) -> None:  # noqa: ARG002 - a view holds the last messages only
        """Add what was said since the last time."""
        fresh = self.session.said_since(self._said)
        if fresh:
            first = self.session.said - len(fresh)
            rows = (row_of_message(message, first + number) for number, message in enumerate(fresh))
            self._said = self.session.said
            self._show((*self._rows, *rows)[-(MOST_LOGGED + self._loaded) :])

    def _show(self, rows: tuple[LogRow, ...]) -> None:
        self._rows = rows
        self.panel.show(rows)

    def action_older(self) -> None:
        """Read one more log file."""
        if self.session.backstage is None:
            self.refuse("The engine is starting; where the log lies is known when it runs.")
        else:
            self._read_older()

    @work(group="older", exclusive=True)
    async def _read_older(self) -> None:
        """A file whose lines all stand in the list already adds nothing; the next one is read then."""
        backstage = self.session.backstage
        while backstage is not None:
            try:
                end = await backstage.log_end(self._files_read)
            except (VegaError, OSError) as error:
                self.refuse(f"The log cannot be read. {error}")
                return
            if end is None:
                break
            self._files_read += 1
            told = self.session.said_since(0)
            rows = await asyncio.to_thread(older_rows, end.lines, end.name, self.session.began, told)
            if rows:
                await self._add(rows)
                return
        self.refuse("There is nothing older: every line of the log files is in the list.")

    async def _add(self, rows: tuple[LogRow, ...]) -> None:
        """Put rows where they belong by their time; what is said meanwhile comes last and pushes none out."""
        self._loaded += len(rows)
        before = self._said
        ordered = await asyncio.to_thread(in_order, (*rows, *self._rows))
        meanwhile = self._said - before
        self._show((*ordered, *(self._rows[-meanwhile:] if meanwhile else ())))
