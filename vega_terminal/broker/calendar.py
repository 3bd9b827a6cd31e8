"""Market holidays and special sessions (broker docs: get-market-holidays)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from vega_terminal.broker.fields import Fields, rows
from vega_terminal.broker.gateway import Gateway
from vega_terminal.domain.calendar.days import (
    CalendarEntry,
    CalendarOrigin,
    CalendarSource,
    DayKind,
    Hours,
    is_weekend,
)
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import IST

_HOLIDAYS: Final = "/v2/market/holidays"
_SHARES: Final = "NSE"
_USUAL: Final = Hours(time(9, 15), time(15, 30))
_LONGEST_NAME: Final = 100


class _HolidayType(StrEnum):
    TRADING_HOLIDAY = "TRADING_HOLIDAY"
    SETTLEMENT_HOLIDAY = "SETTLEMENT_HOLIDAY"
    SPECIAL_TIMING = "SPECIAL_TIMING"


async def fetch_holidays(gateway: Gateway, token: Secret, *, timeout: float) -> CalendarSource:
    """Ask for the year's calendar. One unreadable row fails the call: half a calendar would mislead.

    The broker lists every day on which any exchange differs; a day on which shares trade as usual is left
    out. The years of the answer count as known from end to end.

    Raises:
        BrokerError: no complete list could be had.
    """
    found = rows(await gateway.get(_HOLIDAYS, token, timeout=timeout), "holidays")
    days = [row.day("date") for row in found]
    entries = _entries(zip(days, found, strict=True))
    if not days:
        return CalendarSource(CalendarOrigin.BROKER)
    first, last = date(min(days).year, 1, 1), date(max(days).year, 12, 31)
    return CalendarSource(CalendarOrigin.BROKER, first, last, entries)


def _entries(found: Iterable[tuple[date, Fields]]) -> dict[date, CalendarEntry]:
    """By day; of two rows for one day a special session wins, because somebody trades."""
    entries: dict[date, CalendarEntry] = {}
    for day, row in found:
        entry = _entry(day, row)
        if entry is not None and (day not in entries or entry.kind is DayKind.SPECIAL):
            entries[day] = entry
    return entries


def _entry(day: date, row: Fields) -> CalendarEntry | None:
    kind, name = row.member("holiday_type", _HolidayType), row.text("description", "")[:_LONGEST_NAME]
    closed = _SHARES in row.texts("closed_exchanges")
    session = next((of for of in row.rows("open_exchanges") if of.text("exchange") == _SHARES), None)
    if session is not None:
        hours = _hours(day, session)
        if hours == _USUAL and not is_weekend(day):
            return None
        return CalendarEntry(day, DayKind.SPECIAL, name, hours)
    if kind is _HolidayType.SPECIAL_TIMING and not closed:
        return CalendarEntry(day, DayKind.SPECIAL, name)
    return CalendarEntry(day, DayKind.HOLIDAY, name) if closed else None


def _hours(day: date, session: Fields) -> Hours | None:
    """IST; None unless both ends lie on that day, in this order."""
    opens, closes = _on(day, session.instant("start_time")), _on(day, session.instant("end_time"))
    if opens is None or closes is None or closes <= opens:
        return None
    return Hours(opens, closes)


def _on(day: date, instant: datetime | None) -> time | None:
    local = None if instant is None else instant.astimezone(IST)
    return local.time().replace(second=0, microsecond=0) if local and local.date() == day else None
