"""The line above the option chain."""

from __future__ import annotations

from datetime import date

from textual.content import Content

from vega_terminal.ui.views.options import ChainBand, band_line
from vega_terminal.ui.widgets.painted import Painted


class OptionChainBand(Painted[tuple[ChainBand, date]]):
    """Both halves, the expiry and the columns; the value ends with today's day in IST."""

    def lines(self, value: tuple[ChainBand, date], width: int) -> tuple[Content, ...]:
        """One line."""
        return (band_line(*value, width),)
