"""DES: one instrument, its price in large digits and everything that is quoted of it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll

from vega_terminal.domain.market import Quote
from vega_terminal.ui.facade import Engine
from vega_terminal.ui.functions import Code
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.screens.instrument import InstrumentScreen
from vega_terminal.ui.views.market_state import PanelFoot
from vega_terminal.ui.views.quote_page import price_facts, trade_facts
from vega_terminal.ui.widgets.facts import FactList
from vega_terminal.ui.widgets.instrument_price import InstrumentPrice

Quotes = tuple[Quote, ...]


class QuoteScreen(InstrumentScreen[Quotes]):
    """Price on the left, facts on the right; asked anew each second while somebody looks."""

    CODE = Code.DES
    EVERY = 1.0

    async def ask(self, engine: Engine) -> Quotes:
        """One quote, or none where the broker does not know the instrument."""
        quotes = await engine.quotes((self.instrument.key,))
        if quotes:
            self.learn_name(quotes[0])
        return quotes

    def compose_content(self) -> ComposeResult:
        """Two columns."""
        with Horizontal(id="quote"):
            yield InstrumentPrice(id="quote-price")
            with VerticalScroll(id="quote-facts"):
                yield FactList(numbers=True, id="quote-prices")
                yield FactList(numbers=True, id="quote-trades")

    def on_mount(self) -> None:
        """The facts scroll where there is no room for all of them."""
        self.query_one("#quote-facts").focus()

    def empty(self, answer: Quotes) -> str:
        """The broker does not name what it does not know; it leaves it out."""
        key = safe_text(self.instrument.key, 48)
        return "" if answer else f"The broker quotes nothing under {key}. Check the instrument key."

    def show_answer(self, answer: Quotes | None, foot: PanelFoot) -> None:
        """Numbers that are too old are dim."""
        quote = answer[0] if answer else None
        self.query_one("#quote").set_class(foot.stale, "-stale")
        self.query_one(InstrumentPrice).show(quote)
        self.query_one("#quote-prices", FactList).show(() if quote is None else price_facts(quote))
        self.query_one("#quote-trades", FactList).show(() if quote is None else trade_facts(quote))
