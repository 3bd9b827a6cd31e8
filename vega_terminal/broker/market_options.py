"""Option contracts and the option chain (broker docs: option/contract, option/chain)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Final

from vega_terminal.broker.failures import broker_error
from vega_terminal.broker.fields import Fields, rows
from vega_terminal.broker.gateway import Gateway
from vega_terminal.broker.market_address import with_query
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.market import OptionChain, OptionQuote, OptionRow
from vega_terminal.domain.secret import Secret

_CONTRACTS: Final = "/v2/option/contract"
_CHAIN: Final = "/v2/option/chain"


async def fetch_expiries(
    gateway: Gateway, token: Secret, underlying_key: str, *, timeout: float
) -> tuple[date, ...]:
    """Ask on which days options of the underlying expire, the nearest first; none if there are none.

    The answer lists every contract (thousands of an index), so it is read in a thread.

    Raises:
        BrokerError: there is no complete answer.
    """
    path = with_query(_CONTRACTS, instrument_key=underlying_key)
    return await asyncio.to_thread(_expiries, await gateway.get(path, token, timeout=timeout))


async def fetch_option_chain(
    gateway: Gateway, token: Secret, underlying_key: str, expiry: date, *, timeout: float
) -> OptionChain:
    """Ask for all strikes of one expiry. One unreadable row fails the call.

    Raises:
        BrokerError: there is no complete answer, or it is another expiry's.
    """
    path = with_query(_CHAIN, instrument_key=underlying_key, expiry_date=expiry.isoformat())
    data = await gateway.get(path, token, timeout=timeout)
    return await asyncio.to_thread(_chain, data, underlying_key, expiry)


def _expiries(data: object) -> tuple[date, ...]:
    return tuple(sorted({row.day("expiry") for row in rows(data, "option contracts")}))


def _chain(data: object, underlying_key: str, expiry: date) -> OptionChain:
    listed = rows(data, "option chain")
    for row in listed:
        _require_asked(row, underlying_key, expiry)
    spot = listed[0].price("underlying_spot_price") if listed else None
    strikes = sorted((_row(row) for row in listed), key=lambda row: row.strike)
    return OptionChain(underlying_key, expiry, spot, tuple(strikes))


def _require_asked(row: Fields, underlying_key: str, expiry: date) -> None:
    if (row.instrument_key("underlying_key"), row.day("expiry")) != (underlying_key, expiry):
        raise broker_error(
            FailureKind.UNEXPECTED_ANSWER,
            "The broker answered for another underlying or expiry than was asked for; the answer was not "
            "used. Try again.",
        )


def _row(row: Fields) -> OptionRow:
    return OptionRow(row.number("strike_price"), _side(row, "call_options"), _side(row, "put_options"))


def _side(row: Fields, name: str) -> OptionQuote | None:
    if not row.has(name):
        return None
    side = row.section(name)
    market, greeks = side.section_or_empty("market_data"), side.section_or_empty("option_greeks")
    interest, before = market.number_or_none("oi"), market.number_or_none("prev_oi")
    return OptionQuote(
        instrument_key=side.instrument_key("instrument_key"),
        last_price=market.price("ltp"),
        bid=market.price("bid_price"),
        ask=market.price("ask_price"),
        volume=market.whole_or_none("volume"),
        open_interest=interest,
        open_interest_change=None if interest is None or before is None else interest - before,
        iv=greeks.price("iv"),
        delta=greeks.number_or_none("delta"),
        gamma=greeks.number_or_none("gamma"),
        theta=greeks.number_or_none("theta"),
        vega=greeks.number_or_none("vega"),
    )
