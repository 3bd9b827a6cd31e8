"""A calendar as JSON: the shipped file, the operator's own, and the broker's answer as it is kept.

The format is told in docs/automation.md. Reading is strict: whatever does not fit is named with its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, time
from typing import Any, Final, TypeVar

from vega_terminal.domain.calendar.days import CalendarEntry, CalendarOrigin, CalendarSource, DayKind, Hours
from vega_terminal.domain.errors import VegaError

T = TypeVar("T", date, time)
FORMAT: Final = 1
_MOST_DAYS: Final = 2000
_LONGEST_NAME: Final = 100
_TOP: Final = frozenset({"format", "exchange", "knownFrom", "knownThrough", "source", "days"})
_OF_A_DAY: Final = frozenset({"date", "kind", "name", "opens", "closes", "source"})
_LISTED: Final = (DayKind.OPEN, DayKind.HOLIDAY, DayKind.SPECIAL)


class CalendarError(VegaError):
    """A calendar cannot be used; the sentence says what is wrong with it."""


def read_calendar(text: str, origin: CalendarOrigin) -> CalendarSource:
    """Read a calendar.

    Raises:
        CalendarError: it is none; the sentence says where and why.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise CalendarError("It is not JSON.") from None
    top = _object(document, "The file", _TOP)
    if top.get("format") != FORMAT or isinstance(top["format"], bool):
        raise CalendarError(f'"format" has to be {FORMAT}.')
    known_from, known_through = _known(top)
    days = top.get("days", [])
    if not isinstance(days, list) or len(days) > _MOST_DAYS:
        raise CalendarError(f'"days" has to be a list of at most {_MOST_DAYS} days.')
    return CalendarSource(origin, known_from, known_through, _entries(days))


def write_calendar(source: CalendarSource) -> str:
    """The JSON from which `read_calendar` makes the same calendar."""
    known = {"knownFrom": source.known_from, "knownThrough": source.known_through}
    document = {
        "format": FORMAT,
        **{key: day.isoformat() for key, day in known.items() if day is not None},
        "days": [_row(entry) for _, entry in sorted(source.entries.items())],
    }
    return json.dumps(document, indent=1) + "\n"


def _known(top: Mapping[str, Any]) -> tuple[date | None, date | None]:
    if ("knownFrom" in top) != ("knownThrough" in top):
        raise CalendarError('"knownFrom" and "knownThrough" belong together: give both or none.')
    if "knownFrom" not in top:
        return None, None
    first, last = _date(top["knownFrom"], '"knownFrom"'), _date(top["knownThrough"], '"knownThrough"')
    if last < first:
        raise CalendarError('"knownThrough" lies before "knownFrom".')
    return first, last


def _entries(rows: list[object]) -> dict[date, CalendarEntry]:
    entries: dict[date, CalendarEntry] = {}
    for number, row in enumerate(rows, 1):
        entry = _entry(_object(row, f"Day {number}", _OF_A_DAY), f"Day {number}")
        if entry.day in entries:
            raise CalendarError(f"Day {number}: {entry.day} stands there twice.")
        entries[entry.day] = entry
    return entries


def _entry(row: Mapping[str, Any], where: str) -> CalendarEntry:
    kind = row.get("kind")
    if kind not in _LISTED:
        raise CalendarError(f'{where}: "kind" has to be one of {", ".join(_LISTED)}.')
    name = row.get("name", "")
    if not isinstance(name, str) or len(name) > _LONGEST_NAME:
        raise CalendarError(f'{where}: "name" has to be a text of at most {_LONGEST_NAME} letters.')
    return CalendarEntry(_date(row.get("date"), f'{where}: "date"'), DayKind(kind), name, _hours(row, where))


def _hours(row: Mapping[str, Any], where: str) -> Hours | None:
    given = [key for key in ("opens", "closes") if key in row]
    if not given:
        return None
    if len(given) == 1:
        raise CalendarError(f'{where}: "opens" and "closes" belong together: give both or none.')
    hours = Hours(_time(row["opens"], f'{where}: "opens"'), _time(row["closes"], f'{where}: "closes"'))
    if hours.closes <= hours.opens:
        raise CalendarError(f'{where}: "closes" has to come after "opens".')
    return hours


def _object(value: object, where: str, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CalendarError(f"{where} has to be an object in braces.")
    for key in value:
        if key not in known:
            raise CalendarError(
                f"{where}: there is no key {key[:40]!r}. Known are {', '.join(sorted(known))}."
            )
    return value


def _date(value: object, what: str) -> date:
    found = _parsed(value, date.fromisoformat)
    if found is not None and found.isoformat() == value:
        return found
    raise CalendarError(f"{what} has to be a date such as 2026-01-26.")


def _time(value: object, what: str) -> time:
    found = _parsed(value, time.fromisoformat)
    if found is not None and f"{found:%H:%M}" == value:
        return found
    raise CalendarError(f"{what} has to be a time such as 09:15, in IST.")


def _parsed(value: object, parse: Callable[[str], T]) -> T | None:
    try:
        return parse(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _row(entry: CalendarEntry) -> dict[str, str]:
    row = {"date": entry.day.isoformat(), "kind": entry.kind.value, "name": entry.name[:_LONGEST_NAME]}
    if entry.hours is not None:
        row |= {"opens": f"{entry.hours.opens:%H:%M}", "closes": f"{entry.hours.closes:%H:%M}"}
    return row
