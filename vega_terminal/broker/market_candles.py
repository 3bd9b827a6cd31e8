"""Candles: history up to yesterday and today's (broker docs: historical candle data v3, intraday v3)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from vega_terminal.broker.fields import Fields, items
from vega_terminal.broker.gateway import Gateway
from vega_terminal.broker.market_address import in_path
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.market import Candle, CandleInterval
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import IST

_CANDLES: Final = "/v3/historical-candle"
_COLUMNS: Final = ("time", "open", "high", "low", "close", "volume", "oi")

_WORDS: Final[Mapping[CandleInterval, str]] = MappingProxyType(
    {
        CandleInterval.MINUTE_1: "minutes/1",
        CandleInterval.MINUTE_5: "minutes/5",
        CandleInterval.MINUTE_15: "minutes/15",
        CandleInterval.MINUTE_30: "minutes/30",
        CandleInterval.HOUR: "hours/1",
        CandleInterval.DAY: "days/1",
        CandleInterval.WEEK: "weeks/1",
        CandleInterval.MONTH: "months/1",
    }
)
_WITHOUT_TODAY: Final = frozenset({CandleInterval.WEEK, CandleInterval.MONTH})
"""Today alone makes no such candle: theirs end with yesterday."""


async def fetch_candles(
    gateway: Gateway,
    token: Secret,
    key: str,
    interval: CandleInterval,
    days: int,
    *,
    now: datetime,
    timeout: float,
) -> tuple[Candle, ...]:
    """Ask for history and today at once and put them together, oldest first.

    Args:
        gateway: to the broker.
        token: a history needs none, but today's candles do.
        key: instrument key.
        interval: length of a candle.
        days: how far back, 1 to `interval.longest_days`; what lies outside is taken as the nearer end.
        now: decides what today is, in IST.
        timeout: seconds for each of the two calls.

    Raises:
        BrokerError: one of the two cannot be had; half a chart would mislead.
    """
    paths = _paths(key, interval, days, now)
    answers = await _all_or_error(gateway, token, paths, timeout)
    return await asyncio.to_thread(_merged, answers)


def _paths(key: str, interval: CandleInterval, days: int, now: datetime) -> tuple[str, ...]:
    today = now.astimezone(IST).date()
    first = today - timedelta(days=min(max(days, 1), interval.longest_days))
    words = _WORDS[interval]
    history = f"{_CANDLES}/{in_path(key)}/{words}/{today - timedelta(days=1)}/{first}"
    intraday = f"{_CANDLES}/intraday/{in_path(key)}/{words}"
    return (history,) if interval in _WITHOUT_TODAY else (history, intraday)


async def _all_or_error(
    gateway: Gateway, token: Secret, paths: tuple[str, ...], timeout: float
) -> list[object]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_data_or_error(gateway, token, path, timeout)) for path in paths]
    answers = [task.result() for task in tasks]
    for answer in answers:
        if isinstance(answer, BrokerError):
            raise answer
    return answers


async def _data_or_error(gateway: Gateway, token: Secret, path: str, timeout: float) -> object:
    try:
        return await gateway.get(path, token, timeout=timeout)
    except BrokerError as error:
        return error


def _merged(answers: list[object]) -> tuple[Candle, ...]:
    """Oldest first, each interval once; where two answers hold it, the later answer is the newer one."""
    found = {candle.at: candle for answer in answers for candle in _candles(answer)}
    return tuple(found[at] for at in sorted(found))


def _candles(data: object) -> list[Candle]:
    listed = Fields(data, "candle data").items("candles")
    return [_candle(row, f"candles[{at}]") for at, row in enumerate(listed)]


def _candle(row: object, where: str) -> Candle:
    named = Fields(dict(zip(_COLUMNS, items(row, where), strict=False)), where)
    return Candle(
        at=named.moment("time"),
        open=named.number("open"),
        high=named.number("high"),
        low=named.number("low"),
        close=named.number("close"),
        volume=named.whole("volume"),
        open_interest=named.number("oi"),
    )
