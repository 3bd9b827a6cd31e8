"""Instants and spans in words. Every function takes the present instant; none reads a clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from vega_terminal.domain.token import IST

NOTHING: Final = "—"


def mm_ss(seconds: int) -> str:
    """A countdown such as `08:12`; minutes grow beyond 99 when they must."""
    minutes, rest = divmod(max(0, seconds), 60)
    return f"{minutes:02d}:{rest:02d}"


def ist_time(instant: datetime | None) -> str:
    """Time of day in IST, `09:00:12`."""
    return NOTHING if instant is None else instant.astimezone(IST).strftime("%H:%M:%S")


def utc_time(instant: datetime) -> str:
    """Time of day in UTC, `03:30:12`."""
    return instant.astimezone(UTC).strftime("%H:%M:%S")


def ist_stamp(instant: datetime | None) -> str:
    """Day and time in IST to the minute, `24 Nov 09:00`."""
    return NOTHING if instant is None else instant.astimezone(IST).strftime("%d %b %H:%M")


def ist_day(instant: datetime | None) -> str:
    """Day in IST, `24 Nov`."""
    return NOTHING if instant is None else instant.astimezone(IST).strftime("%d %b")


def ist_minute(instant: datetime | None) -> str:
    """Time of day in IST to the minute, `03:30`."""
    return NOTHING if instant is None else instant.astimezone(IST).strftime("%H:%M")


def span(seconds: float) -> str:
    """A span in its two largest units: `17h 59m`, `59m 12s`, `8s`."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours}h {minutes:02d}m"
    return f"{minutes}m {left:02d}s" if minutes else f"{left}s"


def time_left(until: datetime | None, now: datetime) -> str:
    """How long until `until`; nothing without it or when it is over."""
    if until is None or until <= now:
        return NOTHING
    return span((until - now).total_seconds())


def minutes_since(since: datetime | None, now: datetime) -> str:
    """How old something is, to the minute: `<1m`, `59m`, `17h 59m`; nothing without a date."""
    if since is None:
        return NOTHING
    hours, minutes = divmod(max(0, int((now - since).total_seconds())) // 60, 60)
    if hours:
        return f"{hours}h {minutes:02d}m"
    return f"{minutes}m" if minutes else "<1m"


def age(since: datetime | None, now: datetime) -> str:
    """How old something is: `3s`; nothing without a date."""
    return NOTHING if since is None else span((now - since).total_seconds())
