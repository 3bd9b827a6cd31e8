"""Candles: which spans may be asked for, and what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from vega_terminal.simulator.market.calendar import is_trading_day, session_end, session_start
from vega_terminal.simulator.market.quotes import bar
from vega_terminal.simulator.schedule import IST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vega_terminal.simulator.market.listings import Listing

_MONTH, _QUARTER, _DECADE = timedelta(days=31), timedelta(days=92), timedelta(days=3653)
_SHORT_MINUTES = 15
_SAMPLES = 4


class Unit(StrEnum):
    """Units of a candle's length."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


_MOST = {Unit.MINUTES: 300, Unit.HOURS: 5, Unit.DAYS: 1, Unit.WEEKS: 1, Unit.MONTHS: 1}


@dataclass(frozen=True, slots=True)
class Grain:
    """Length of a candle, such as 5 minutes."""

    unit: Unit
    count: int

    @property
    def is_allowed(self) -> bool:
        """Whether the broker makes candles of this length."""
        return 1 <= self.count <= _MOST[self.unit]

    @property
    def longest_span(self) -> timedelta:
        """The most that may be asked for at once (broker docs: historical candle v3)."""
        if self.unit is Unit.MINUTES and self.count <= _SHORT_MINUTES:
            return _MONTH
        return _QUARTER if self.unit in (Unit.MINUTES, Unit.HOURS) else _DECADE

    @property
    def within_day(self) -> timedelta | None:
        """The length, when it is shorter than a day."""
        match self.unit:
            case Unit.MINUTES:
                return timedelta(minutes=self.count)
            case Unit.HOURS:
                return timedelta(hours=self.count)
            case _:
                return None


@dataclass(frozen=True, slots=True)
class _Span:
    """From where to where a candle reaches, and the time that is written on it."""

    stamp: datetime
    start: datetime
    end: datetime


def candles(listing: Listing, grain: Grain, first: date, last: date, now: datetime) -> list[list[object]]:
    """Rows `[time, open, high, low, close, volume, oi]` from `first` to `last`, newest first."""
    spans = (
        _short_spans(grain.within_day, first, last) if grain.within_day else _long_spans(grain, first, last)
    )
    return [_row(listing, span, now) for span in spans if span.start < now][::-1]


def _row(listing: Listing, span: _Span, now: datetime) -> list[object]:
    made = bar(listing, span.start, min(span.end, now), _SAMPLES)
    oi = listing.open_interest
    return [span.stamp.isoformat(), made.open, made.high, made.low, made.close, made.volume, oi]


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        if is_trading_day(day := first + timedelta(days=number)):
            yield day


def _short_spans(length: timedelta, first: date, last: date) -> Iterator[_Span]:
    for day in _days(first, last):
        start, end = session_start(session_end(day)), session_end(day)
        while start < end:
            yield _Span(start, start, min(start + length, end))
            start += length


def _long_spans(grain: Grain, first: date, last: date) -> Iterator[_Span]:
    periods: dict[date, list[date]] = {}
    for day in _days(first, last):
        periods.setdefault(_period_start(grain.unit, day), []).append(day)
    for start, days in periods.items():
        stamp = datetime(start.year, start.month, start.day, tzinfo=IST)
        yield _Span(stamp, session_start(session_end(days[0])), session_end(days[-1]))


def _period_start(unit: Unit, day: date) -> date:
    match unit:
        case Unit.WEEKS:
            return day - timedelta(days=day.weekday())
        case Unit.MONTHS:
            return day.replace(day=1)
        case _:
            return day
