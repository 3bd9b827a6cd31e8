"""What the account is worth in all."""

from __future__ import annotations

from textual.content import Content

from vega_terminal.ui.views.market_totals import Totals, totals_lines
from vega_terminal.ui.widgets.painted import Painted


class TotalsStrip(Painted[Totals]):
    """Labels above figures."""

    def lines(self, value: Totals, width: int) -> tuple[Content, ...]:
        """Two lines."""
        return totals_lines(value, width)
