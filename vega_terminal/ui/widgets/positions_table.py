"""The positions, one row each; only what changed is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import JustifyMethod
from rich.text import Text
from textual import events
from textual.widgets import DataTable

from vega_terminal.ui.theme import Tone, rich_style
from vega_terminal.ui.views.market import PositionRow

_NARROW_BELOW: Final = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table."""

    title: str
    field: str
    width: int
    narrow: int
    justify: JustifyMethod = "right"


_COLUMNS: Final = (
    Column("SYMBOL", "symbol", 28, 22, "left"),
    Column("EXCH", "exchange", 6, 0, "left"),
    Column("PRODUCT", "product", 8, 0, "left"),
    Column("QTY", "quantity", 8, 7),
    Column("AVERAGE", "average", 14, 10),
    Column("LAST", "last", 14, 10),
    Column("P&L", "pnl", 20, 15),
)


class PositionsTable(DataTable[Text]):
    """A table with a row cursor that keeps its place while numbers change."""

    def __init__(self) -> None:
        super().__init__(id="positions-table", cursor_type="row", cursor_foreground_priority="renderable")
        self._shown: dict[str, PositionRow] = {}
        self._columns_shown: tuple[Column, ...] = ()

    def show(self, rows: Sequence[PositionRow]) -> None:
        """Show these positions, keeping cursor and order."""
        shown = {row.key: row for row in rows}
        if self._columns_shown and list(shown) == list(self._shown):
            self._update_changed(shown)
        else:
            self._refill(shown, self.cursor_row)
        self._shown = shown

    def on_resize(self, event: events.Resize) -> None:
        """Columns have fixed widths; a narrow terminal gets fewer and slimmer ones."""
        narrow = event.size.width < _NARROW_BELOW
        columns = tuple(column for column in _COLUMNS if column.narrow or not narrow)
        if columns == self._columns_shown:
            return
        at = self.cursor_row
        self.clear(columns=True)
        for column in columns:
            title = Text(column.title, justify=column.justify)
            self.add_column(title, key=column.field, width=column.narrow if narrow else column.width)
        self._columns_shown = columns
        self._refill(self._shown, at)

    def _refill(self, shown: dict[str, PositionRow], at: int) -> None:
        self.clear()
        if not self._columns_shown:
            return
        for key, row in shown.items():
            self.add_row(*(self._cell(row, column) for column in self._columns_shown), key=key)
        self.move_cursor(row=min(at, max(0, len(shown) - 1)))

    def _update_changed(self, shown: dict[str, PositionRow]) -> None:
        for key, row in shown.items():
            for column in self._columns_shown:
                if getattr(row, column.field) != getattr(self._shown[key], column.field):
                    self.update_cell(key, column.field, self._cell(row, column))

    def _cell(self, row: PositionRow, column: Column) -> Text:
        tone = row.tone if column.field == "pnl" else Tone.VALUE
        style = rich_style(tone, self.app.theme_variables)
        return Text(getattr(row, column.field), style=style, justify=column.justify, no_wrap=True)
