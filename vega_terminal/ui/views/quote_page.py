"""One instrument in full: price, change, where it stands in its ranges, and everything that is quoted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from textual.content import Content

from vega_terminal.domain.market import Quote
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.market_facts import Fact
from vega_terminal.ui.views.market_numbers import gain, percent, quantity, range_bar, rupees
from vega_terminal.ui.views.times import NOTHING, ist_time

_BAR: Final = 24


@dataclass(frozen=True, slots=True)
class Range:
    """Where a price stands between two others.

    Attributes:
        title: which range.
        low, high: its ends; None where they are not known.
        last: what stands between them.
    """

    title: str
    low: float | None
    high: float | None
    last: float


def change_line(quote: Quote) -> Content:
    """The change with sign, arrow and percent, and since which price."""
    change, share, close = quote.change, quote.change_percent, quote.previous_close
    if change is None or close is None:
        return Content.styled("The broker names no previous close to compare with.", Tone.MUTED)
    words, tone = gain(change)
    percents = "" if share is None else f"  {percent(share)}"
    since = Content.styled(f"   since {rupees(close)}", Tone.LABEL)
    return Content.styled(f"{words}{percents}", f"bold {tone}") + since


def ranges(quote: Quote) -> tuple[Range, ...]:
    """The day's range, and the exchange's limits where there are any."""
    day = Range("Day's range", quote.low, quote.high, quote.last_price)
    if quote.lower_circuit is None and quote.upper_circuit is None:
        return (day,)
    return day, Range("Circuit limits", quote.lower_circuit, quote.upper_circuit, quote.last_price)


def range_lines(one: Range, width: int) -> tuple[Content, ...]:
    """A title, then low, bar and high."""
    low, high = (NOTHING if end is None else rupees(end) for end in (one.low, one.high))
    room = max(4, min(_BAR, width - len(low) - len(high) - 3))
    bar = range_bar(one.low, one.high, one.last, room)
    return (
        Content.styled(one.title, Tone.LABEL),
        Content.assemble((f"{low} ", Tone.VALUE), (bar.text, bar.tone), (f" {high}", Tone.VALUE)),
    )


def depth_lines(quote: Quote, width: int) -> tuple[Content, ...]:
    """How much is wanted and offered at the best prices, as two bars that meet."""
    bid, ask = quote.bid_quantity or 0, quote.ask_quantity or 0
    if bid + ask <= 0:
        return ()
    wanted, offered = count(quote.bid_quantity), count(quote.ask_quantity)
    room = max(4, min(_BAR, width - len(wanted) - len(offered) - 3))
    share = round(room * bid / (bid + ask))
    return (
        Content.styled("Best bid and ask, quantities", Tone.LABEL),
        Content.assemble(
            (f"{wanted} ", Tone.VALUE),
            ("━" * share, Tone.UP),
            ("─" * (room - share), Tone.DOWN),
            (f" {offered}", Tone.VALUE),
        ),
    )


def price_facts(quote: Quote) -> tuple[Fact, ...]:
    """Prices of the session and before."""
    return (
        ("Open", price(quote.open)),
        ("High", price(quote.high)),
        ("Low", price(quote.low)),
        ("Prev close", price(quote.previous_close)),
        ("Average", price(quote.average_price)),
        ("Lower limit", price(quote.lower_circuit)),
        ("Upper limit", price(quote.upper_circuit)),
    )


def trade_facts(quote: Quote) -> tuple[Fact, ...]:
    """What can be traded now, and what was."""
    spread = None if quote.bid is None or quote.ask is None else quote.ask - quote.bid
    return (
        ("Bid", _offer(quote.bid, quote.bid_quantity)),
        ("Ask", _offer(quote.ask, quote.ask_quantity)),
        ("Spread", price(spread)),
        ("Volume", count(quote.volume)),
        ("Open int.", count(quote.open_interest)),
        ("Quoted", _quoted(quote.at)),
    )


def price(amount: float | None) -> str:
    """Money, or a dash."""
    return NOTHING if amount is None else rupees(amount)


def count(number: float | None) -> str:
    """A quantity without a sign, or a dash."""
    return NOTHING if number is None else quantity(int(number)).removeprefix("+")


def _offer(amount: float | None, number: int | None) -> str:
    return NOTHING if amount is None else f"{rupees(amount)} × {count(number)}"  # noqa: RUF001 - multiplied by


def _quoted(at: datetime | None) -> str:
    return NOTHING if at is None else f"{ist_time(at)} IST"
