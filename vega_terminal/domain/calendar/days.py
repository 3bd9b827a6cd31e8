"""What is known about one day of the exchange (NSE), in IST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Final

SATURDAY: Final = 5


class DayKind(StrEnum):
    """What a day is for a trader. UNKNOWN: no calendar reaches that far."""

    OPEN = "OPEN"
    HOLIDAY = "HOLIDAY"
    SPECIAL = "SPECIAL"
    WEEKEND = "WEEKEND"
    UNKNOWN = "UNKNOWN"


class CalendarOrigin(StrEnum):
    """Where a calendar comes from, in words that a sentence can begin with."""

    OPERATOR = "your calendar file"
    BROKER = "the broker"
    SHIPPED = "the shipped calendar"


@dataclass(frozen=True, slots=True)
class Hours:
    """When trading opens and closes, IST."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M} to {self.closes:%H:%M} IST"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What one calendar says about one day.

    Attributes:
        day: the day in IST.
        kind: OPEN, HOLIDAY or SPECIAL.
        name: of the holiday or session, such as `Republic Day`.
        hours: of a special session; None when they are not known.
    """

    day: date
    kind: DayKind
    name: str
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """One calendar.

    Attributes:
        origin: where it comes from.
        known_from, known_through: the days between which a day that is not listed is an ordinary one; None
            when it speaks of nothing but the days that it lists.
        entries: by day.
    """

    origin: CalendarOrigin
    known_from: date | None = None
    known_through: date | None = None
    entries: Mapping[date, CalendarEntry] = field(default_factory=dict)

    def covers(self, day: date) -> bool:
        """Whether a day that is not listed is known to be an ordinary one."""
        if self.known_from is None or self.known_through is None:
            return False
        return self.known_from <= day <= self.known_through


@dataclass(frozen=True, slots=True)
class TradingDay:
    """What all calendars together know about a day.

    Attributes:
        day: the day in IST.
        kind: what it is.
        name: of the holiday or session; empty where there is none.
        hours: of a special session; None when they are not known.
        origin: which calendar says so; None when it follows from the day of the week alone.
        conflicts: sentences, one for each calendar that says something else.
    """

    day: date
    kind: DayKind
    name: str = ""
    hours: Hours | None = None
    origin: CalendarOrigin | None = None
    conflicts: tuple[str, ...] = ()

    @property
    def is_weekend(self) -> bool:
        """Whether it is a Saturday or Sunday."""
        return is_weekend(self.day)


def is_weekend(day: date) -> bool:
    """Whether `day` is a Saturday or Sunday."""
    return day.weekday() >= SATURDAY
