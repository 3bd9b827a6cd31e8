"""The price of one instrument, large, with its change and its ranges."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Digits

from vega_terminal.domain.market import Quote
from vega_terminal.ui.views.market_numbers import rupees
from vega_terminal.ui.views.quote_page import change_line, depth_lines, range_lines, ranges
from vega_terminal.ui.widgets.painted import Painted


class PriceLines(Painted[Quote | None]):
    """Change, ranges and best offers."""

    def lines(self, value: Quote | None, width: int) -> tuple[Content, ...]:
        """A line for the change, then blocks with a blank line between them."""
        if value is None:
            return ()
        blocks = [*(range_lines(one, width) for one in ranges(value)), depth_lines(value, width)]
        blank = Content("")
        return (change_line(value), *(line for block in blocks if block for line in (blank, *block)))


class InstrumentPrice(Vertical):
    """Large digits above their explanation."""

    def compose(self) -> ComposeResult:
        """Digits, then lines."""
        yield Digits("")
        yield PriceLines(None)

    def show(self, quote: Quote | None) -> None:
        """Show the quote, or nothing at all."""
        price = "" if quote is None else rupees(quote.last_price)
        digits = self.query_one(Digits)
        if digits.value != price:
            digits.update(price)
        self.query_one(PriceLines).show(quote)
