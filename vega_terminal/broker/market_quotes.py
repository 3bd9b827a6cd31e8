"""Full market quotes (broker docs: market-quote/quotes)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

from vega_terminal.broker.fields import Fields
from vega_terminal.broker.gateway import Gateway
from vega_terminal.broker.market_address import with_query
from vega_terminal.domain.market import Quote
from vega_terminal.domain.secret import Secret

_QUOTES: Final = "/v2/market-quote/quotes"
_MOST_KEYS: Final = 500
"""In one call (broker docs)."""


async def fetch_quotes(
    gateway: Gateway, token: Secret, keys: Sequence[str], *, timeout: float
) -> tuple[Quote, ...]:
    """Ask for the quotes of `keys`; each once, in their order, without those that the broker leaves out.

    Raises:
        BrokerError: the broker refuses a key, or there is no complete answer.
    """
    wanted = tuple(dict.fromkeys(keys))
    found: dict[str, Quote] = {}
    for at in range(0, len(wanted), _MOST_KEYS):
        path = with_query(_QUOTES, instrument_key=",".join(wanted[at : at + _MOST_KEYS]))
        found |= _by_key(await gateway.get(path, token, timeout=timeout))
    return tuple(found[key] for key in wanted if key in found)


def _by_key(data: object) -> Mapping[str, Quote]:
    """The answer is keyed by exchange and symbol, the question by instrument key: the row tells both."""
    quotes = [_quote(row) for row in Fields(data, "quotes").sections()]
    return {quote.instrument_key: quote for quote in quotes}


def _quote(row: Fields) -> Quote:
    key, last = row.instrument_key("instrument_token"), row.number("last_price")
    change = row.number_or_none("net_change")
    return Quote(
        instrument_key=key,
        symbol=row.text("symbol", "") or key.partition("|")[2],
        last_price=last,
        # The documents' change is the one since the previous close; binary fractions are rounded away.
        previous_close=None if change is None else round(last - change, 4),
        volume=row.whole_or_none("volume"),
        open_interest=row.number_or_none("oi"),
        average_price=row.price("average_price"),
        lower_circuit=row.price("lower_circuit_limit"),
        upper_circuit=row.price("upper_circuit_limit"),
        at=row.moment_or_none("timestamp"),
        **_session(row),
        **_best(row),
    )


class _Session(TypedDict, total=False):
    open: float | None
    high: float | None
    low: float | None


def _session(row: Fields) -> _Session:
    if not row.has("ohlc"):
        return {}
    ohlc = row.section("ohlc")
    return {"open": ohlc.price("open"), "high": ohlc.price("high"), "low": ohlc.price("low")}


class _Best(TypedDict, total=False):
    bid: float | None
    bid_quantity: int | None
    ask: float | None
    ask_quantity: int | None


def _best(row: Fields) -> _Best:
    if not row.has("depth"):
        return {}
    depth = row.section("depth")
    bid, bid_quantity = _top(depth, "buy")
    ask, ask_quantity = _top(depth, "sell")
    return {"bid": bid, "bid_quantity": bid_quantity, "ask": ask, "ask_quantity": ask_quantity}


def _top(depth: Fields, side: str) -> tuple[float | None, int | None]:
    """Price and quantity of the best level; zeros stand for a side on which nobody offers."""
    levels = depth.rows(side)
    price = levels[0].price("price") if levels else None
    return price, levels[0].whole_or_none("quantity") if price is not None else None
