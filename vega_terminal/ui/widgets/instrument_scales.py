"""The intervals of the price graph."""

from __future__ import annotations

from textual.content import Content

from vega_terminal.ui.views.graph import scale_line
from vega_terminal.ui.widgets.painted import Painted


class ScaleLine(Painted[int]):
    """One line; the value is the number of the chosen interval."""

    def lines(self, value: int, width: int) -> tuple[Content, ...]:
        """The intervals."""
        return (scale_line(value, width),)
