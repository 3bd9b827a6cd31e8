"""A panel with a board of rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from textual import on
from textual.app import ComposeResult
from textual.message import Message

from vega_terminal.domain.token import IST
from vega_terminal.ui.views.market_panels import PanelKind
from vega_terminal.ui.views.market_tables import Table
from vega_terminal.ui.widgets.market_panel import MarketPanel
from vega_terminal.ui.widgets.panel_head import PanelDetail
from vega_terminal.ui.widgets.quote_board import QuoteBoard

R = TypeVar("R")


class BoardPanel(MarketPanel[tuple[R, ...]]):
    """Rows with a cursor; Enter asks for the instrument of a row.

    Args:
        kind: which part of the dashboard.
        table: what is shown of its values.
    """

    class InstrumentWanted(Message):
        """Somebody wants to know more about an instrument.

        Attributes:
            name: its symbol or its key, as the broker wrote it.
        """

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(
        self,
        kind: PanelKind[tuple[R, ...]],
        table: Table[R],
        *,
        id: str,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(kind, QuoteBoard(table.board_columns, ages=False), id=id)
        self.table = table
        self._values: dict[str, R] = {}

    def compose(self) -> ComposeResult:
        """A line about the row under the cursor below the rest."""
        yield from super().compose()
        yield PanelDetail("")

    @property
    def board(self) -> QuoteBoard:
        """The rows."""
        return self.query_one(QuoteBoard)

    def _fill(self, value: tuple[R, ...] | None, rows_age: str) -> None:
        shown = self._shown(self.table.keyed(value or ()))
        self._values = dict(shown)
        self.board.show(self.table.row(key, one, rows_age) for key, one in shown)
        self._tell_detail()

    @on(QuoteBoard.RowHighlighted)
    def _tell_detail(self) -> None:
        value = self._values.get(self.board.cursor_key or "")
        self.query_one(PanelDetail).show("" if value is None else self.table.detail(value))

    def _shown(self, keyed: tuple[tuple[str, R], ...]) -> tuple[tuple[str, R], ...]:
        """The values that are shown, in their order."""
        return keyed

    @on(QuoteBoard.RowSelected)
    def _ask_for_instrument(self, event: QuoteBoard.RowSelected) -> None:
        event.stop()
        value = self._values.get(event.key)
        if value is not None:
            self.post_message(self.InstrumentWanted(self.table.instrument(value)))


class DatedBoardPanel(BoardPanel[R]):
    """Rows that look different on another day.

    Args:
        kind: which part of the dashboard.
        table_on: what is shown of its values on a day (IST).
    """

    def __init__(
        self,
        kind: PanelKind[tuple[R, ...]],
        table_on: Callable[[date], Table[R]],
        *,
        id: str,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(kind, table_on(date.min), id=id)
        self._table_on = table_on

    def _fill(self, value: tuple[R, ...] | None, rows_age: str) -> None:
        if self._latest is not None:
            self.table = self._table_on(self._latest[1].astimezone(IST).date())
        super()._fill(value, rows_age)
