"""A day of the calendar in words, the same for the command line, the log and the terminal."""

from __future__ import annotations

from datetime import date

from vega_terminal.domain.calendar.days import DayKind, TradingDay


def day_in_words(day: TradingDay, known_through: date | None) -> str:
    """One or two sentences on what `day` is and who says so. Names from files are not made safe here."""
    sentence = {
        DayKind.OPEN: f"An ordinary trading day, says {day.origin}.",
        DayKind.HOLIDAY: f"A holiday ({day.name}), says {day.origin}.",
        DayKind.SPECIAL: f"A special session ({day.name}), {_hours(day)}, says {day.origin}.",
        DayKind.WEEKEND: "A weekend without a special session that any calendar knows of.",
        DayKind.UNKNOWN: f"No calendar knows this day ({_reach(known_through)}).",
    }[day.kind]
    return " ".join((sentence, *day.conflicts))


def _hours(day: TradingDay) -> str:
    return "hours not known" if day.hours is None else str(day.hours)


def _reach(known_through: date | None) -> str:
    if known_through is None:
        return "there is none that could be read"
    return f"they reach to {known_through:%d %b %Y}"
