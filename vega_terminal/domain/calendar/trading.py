"""All calendars as one: which goes before which, and where they disagree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from vega_terminal.domain.calendar.days import (
    CalendarEntry,
    CalendarOrigin,
    CalendarSource,
    DayKind,
    TradingDay,
    is_weekend,
)


@dataclass(frozen=True, slots=True)
class TradingCalendar:
    """The union of several calendars; what one lists goes before what another does not mention.

    Attributes:
        sources: the one that decides first stands first: the operator's, the broker's, the shipped one.
    """

    sources: tuple[CalendarSource, ...] = ()

    @property
    def known_through(self) -> date | None:
        """The last day that any calendar covers; None when none covers anything."""
        return max((source.known_through for source in self.sources if source.known_through), default=None)

    def day(self, day: date) -> TradingDay:
        """What is known about `day` (IST)."""
        listed = list(self._listed(day))
        if not listed:
            return self._ordinary(day)
        origin, entry = listed[0]
        return TradingDay(
            day, entry.kind, entry.name, entry.hours, origin, tuple(self._conflicts(day, origin, entry))
        )

    def _ordinary(self, day: date) -> TradingDay:
        """A day that no calendar lists."""
        if is_weekend(day):
            return TradingDay(day, DayKind.WEEKEND)
        covering = next((source.origin for source in self.sources if source.covers(day)), None)
        return TradingDay(day, DayKind.UNKNOWN if covering is None else DayKind.OPEN, origin=covering)

    def _listed(self, day: date) -> Iterator[tuple[CalendarOrigin, CalendarEntry]]:
        for source in self.sources:
            if (entry := source.entries.get(day)) is not None:
                yield source.origin, entry

    def _conflicts(self, day: date, origin: CalendarOrigin, decided: CalendarEntry) -> Iterator[str]:
        for source in self.sources:
            entry = source.entries.get(day)
            if source.origin is origin:
                continue
            if entry is None:
                if source.covers(day) and origin is not CalendarOrigin.OPERATOR:
                    yield f"{_capital(source.origin)} does not list this day."
            elif entry.kind is not decided.kind:
                yield f"{_capital(source.origin)} says {entry.kind} ({entry.name})."
            elif entry.hours and decided.hours and entry.hours != decided.hours:
                yield f"{_capital(source.origin)} says {entry.hours}."


def _capital(origin: CalendarOrigin) -> str:
    return origin[0].upper() + origin[1:]
