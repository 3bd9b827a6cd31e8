"""When the simulated exchanges are open: weekdays, fixed holidays, one evening session a year, one Sunday."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from vega_terminal.simulator.schedule import IST

if TYPE_CHECKING:
    from collections.abc import Mapping

_SATURDAY = 5
_OPEN, _CLOSE = time(9, 15), time(15, 30)
_COMMODITY_CLOSE = time(23, 30)
_PRE_OPEN, _PRE_OPEN_END, _CLOSING_END = time(9, 0), time(9, 8), time(16, 0)
_EVENING_SESSION = (time(18, 15), time(19, 15))

CASH_AND_DERIVATIVES = ("NSE", "NFO", "CDS", "BSE", "BFO", "BCD")
EXCHANGES = (*CASH_AND_DERIVATIVES, "MCX")

_HOLIDAYS: Mapping[tuple[int, int], str] = MappingProxyType(
    {
        (1, 26): "Republic Day",
        (4, 14): "Dr. Baba Saheb Ambedkar Jayanti",
        (5, 1): "Maharashtra Day",
        (8, 15): "Independence Day",
        (10, 2): "Mahatma Gandhi Jayanti",
        (12, 25): "Christmas",
    }
)
_DIWALI = frozenset({date(2025, 10, 21), date(2026, 11, 8), date(2027, 10, 29), date(2028, 10, 17)})

_BUDGET_SUNDAYS = frozenset({date(2026, 2, 1)})


def is_trading_day(day: date) -> bool:
    """Whether the regular session takes place."""
    if day in _BUDGET_SUNDAYS:
        return True
    return day.weekday() < _SATURDAY and (day.month, day.day) not in _HOLIDAYS and day not in _DIWALI


def session_start(moment: datetime) -> datetime:
    """09:15 IST of the regular session that runs at `moment` or was the last one before."""
    local = moment.astimezone(IST)
    day = local.date() if local.time() >= _OPEN else local.date() - timedelta(days=1)
    while not is_trading_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, _OPEN, IST)


def session_end(day: date) -> datetime:
    """15:30 IST of a day."""
    return datetime.combine(day, _CLOSE, IST)


def previous_close(moment: datetime) -> datetime:
    """The end of the session before the one of `session_start(moment)`."""
    earlier = session_start(session_start(moment) - timedelta(seconds=1))
    return session_end(earlier.date())


def status_at(moment: datetime) -> str:
    """What `GET /v2/market/status` says; the set of values is that of the market feed."""
    local = moment.astimezone(IST)
    if not is_trading_day(local.date()):
        return "NORMAL_CLOSE"
    stages = (
        (_PRE_OPEN, "NORMAL_CLOSE"),
        (_PRE_OPEN_END, "PRE_OPEN_START"),
        (_OPEN, "PRE_OPEN_END"),
        (_CLOSE, "NORMAL_OPEN"),
        (time(15, 40), "CLOSING_START"),
        (_CLOSING_END, "CLOSING_END"),
    )
    return next((status for until, status in stages if local.time() < until), "NORMAL_CLOSE")


def holidays(year: int) -> list[dict[str, object]]:
    """`data` of `GET /v2/market/holidays`."""
    closed = [
        _holiday(date(year, month, day), text, "TRADING_HOLIDAY") for (month, day), text in _HOLIDAYS.items()
    ]
    evenings = [_holiday(day, "Diwali Laxmi Pujan", "SPECIAL_TIMING") for day in _DIWALI if day.year == year]
    sundays = [_holiday(day, "Union Budget", "SPECIAL_TIMING") for day in _BUDGET_SUNDAYS if day.year == year]
    return sorted(closed + evenings + sundays, key=lambda row: str(row["date"]))


def timings(day: date) -> list[dict[str, object]]:
    """`data` of `GET /v2/market/timings/{date}`: nothing on a day without a session."""
    if day in _DIWALI:
        return [_timing(exchange, day, *_EVENING_SESSION) for exchange in EXCHANGES]
    if not is_trading_day(day):
        return []
    regular = [_timing(exchange, day, _OPEN, _CLOSE) for exchange in CASH_AND_DERIVATIVES]
    return [*regular, _timing("MCX", day, time(9, 0), _COMMODITY_CLOSE)]


def _holiday(day: date, text: str, kind: str) -> dict[str, object]:
    open_exchanges = timings(day)
    closed = [] if open_exchanges else list(EXCHANGES)
    return {
        "date": day.isoformat(),
        "description": text,
        "holiday_type": kind,
        "closed_exchanges": closed,
        "open_exchanges": open_exchanges,
    }


def _timing(exchange: str, day: date, start: time, end: time) -> dict[str, object]:
    return {"exchange": exchange, "start_time": _ms(day, start), "end_time": _ms(day, end)}


def _ms(day: date, at: time) -> int:
    return int(datetime.combine(day, at, IST).astimezone(UTC).timestamp() * 1000)
