"""Whatever a market answer holds: a value whose numbers are all finite, or a BrokerError."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import json
import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.broker.transport import HttpReply
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.market import CandleInterval
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import MarketData

from .conftest import StandingClock
from .documents import enveloped
from .market_documents import CANDLES, CHAIN_ROW, CONTRACT, HOLDING, INDEX, ORDER, QUOTE
from .test_properties import CannedTransport, unhurried, values

TOKEN = Secret("tokenhead.tokenbody.tokentail")
KEYS = ("NSE_EQ|INE002A01018", "NSE_INDEX|Nifty 50")
DOCUMENTS: list[Any] = [[HOLDING], [ORDER], {"a": QUOTE, "b": INDEX}, [CONTRACT], [CHAIN_ROW], CANDLES]
odd = st.one_of(
    values,
    st.sampled_from([math.nan, math.inf, -math.inf, 10**400, -0.0, 1e308, "9999-12-31T23:59:59-23:59"]),
)


@st.composite
def nearly_right(draw: st.DrawFn) -> object:
    """A documented answer with one value, at any depth, replaced by anything."""
    document = enveloped(copy.deepcopy(draw(st.sampled_from(DOCUMENTS))))
    place: Any = document
    while True:
        key = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or draw(st.integers(0, 9)) == 0:
            place[key] = draw(odd)
            return document
        place = place[key]


async def everything(market: MarketData) -> tuple[object, ...]:
    return await asyncio.gather(
        market.holdings(TOKEN),
        market.orders(TOKEN),
        market.quotes(TOKEN, KEYS),
        market.expiries(TOKEN, KEYS[1]),
        market.option_chain(TOKEN, KEYS[1], date(2026, 10, 13)),
        market.candles(TOKEN, KEYS[0], CandleInterval.DAY, 7),
        return_exceptions=True,
    )


def numbers_in(value: object) -> Iterator[float]:
    if isinstance(value, tuple):
        for each in value:
            yield from numbers_in(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from numbers_in(getattr(value, field.name))
    elif isinstance(value, int | float):
        yield value


@unhurried
@given(document=nearly_right())
def test_any_answer_is_finite_values_or_a_broker_error(document: object) -> None:
    body = json.dumps(document).encode()
    broker = UpstoxBroker("http://broker", CannedTransport(HttpReply(200, {}, body)), StandingClock())
    for outcome in asyncio.run(everything(broker)):
        if isinstance(outcome, BaseException):
            assert isinstance(outcome, BrokerError)
            assert str(outcome).isprintable()
        else:
            assert all(math.isfinite(number) for number in numbers_in(outcome))
