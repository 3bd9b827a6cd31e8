"""The token grid."""

from __future__ import annotations

from textual.content import Content

from vega_terminal.ui.views.grid import grid_lines
from vega_terminal.ui.views.slots import SlotRow
from vega_terminal.ui.widgets.painted import Painted

Rows = tuple[SlotRow, ...]


class TokenGrid(Painted[Rows]):
    """One line a slot: name, verdict, times, and what goes on or why it failed."""

    def lines(self, value: Rows, width: int) -> tuple[Content, ...]:
        """Heading and rows."""
        return grid_lines(value, width)
