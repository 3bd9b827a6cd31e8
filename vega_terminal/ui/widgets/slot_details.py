"""Every slot in full, the failure unabridged."""

from __future__ import annotations

from textual.content import Content

from vega_terminal.ui.views.account import SlotDetail, detail_lines
from vega_terminal.ui.widgets.painted import Painted

Details = tuple[SlotDetail, ...]


class SlotDetails(Painted[Details]):
    """A table whose rows open downwards where something is wrong."""

    def lines(self, value: Details, width: int) -> tuple[Content, ...]:
        """Heading, rows and notes."""
        return detail_lines(value, width)
