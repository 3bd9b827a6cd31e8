"""What a day is: which calendar goes before which, what they disagree on, how they are written."""

from __future__ import annotations

import json
import re
from datetime import date, time
from pathlib import Path
from typing import Any

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain.calendar.days import (
    CalendarEntry,
    CalendarOrigin,
    CalendarSource,
    DayKind,
    Hours,
    TradingDay,
)
from vega_terminal.domain.calendar.document import CalendarError, read_calendar, write_calendar
from vega_terminal.domain.calendar.trading import TradingCalendar
from vega_terminal.domain.calendar.wording import day_in_words
from vega_terminal.schedule.calendar_files import shipped_calendar

From = CalendarOrigin
MONDAY, SATURDAY, SUNDAY = date(2026, 10, 5), date(2026, 10, 10), date(2026, 10, 11)
EVENING = Hours(time(18, 15), time(19, 15))


def source(
    origin: From,
    *entries: CalendarEntry,
    known: tuple[date, date] | None = (date(2026, 1, 1), date(2026, 12, 31)),
) -> CalendarSource:
    first, last = known or (None, None)
    return CalendarSource(origin, first, last, {entry.day: entry for entry in entries})


def holiday(day: date = MONDAY, name: str = "Feast") -> CalendarEntry:
    return CalendarEntry(day, DayKind.HOLIDAY, name)


def special(day: date = SUNDAY, hours: Hours | None = EVENING) -> CalendarEntry:
    return CalendarEntry(day, DayKind.SPECIAL, "Session", hours)


def test_without_any_calendar_a_weekday_is_unknown_and_a_weekend_is_one() -> None:
    nothing = TradingCalendar()
    assert [nothing.day(day).kind for day in (MONDAY, SATURDAY, SUNDAY)] == [
        DayKind.UNKNOWN,
        DayKind.WEEKEND,
        DayKind.WEEKEND,
    ]
    assert nothing.known_through is None


def test_a_day_that_is_not_listed_is_ordinary_only_where_a_calendar_reaches() -> None:
    calendar = TradingCalendar((source(From.OPERATOR, known=None), source(From.SHIPPED)))
    assert calendar.day(MONDAY) == TradingDay(MONDAY, DayKind.OPEN, origin=From.SHIPPED)
    assert calendar.day(date(2027, 1, 1)).kind is DayKind.UNKNOWN
    assert calendar.day(date(2025, 12, 31)).kind is DayKind.UNKNOWN
    assert calendar.known_through == date(2026, 12, 31)


def test_what_one_lists_goes_before_what_another_does_not_mention_and_that_is_told() -> None:
    calendar = TradingCalendar((source(From.BROKER), source(From.SHIPPED, holiday())))
    day = calendar.day(MONDAY)
    assert (day.kind, day.name, day.origin) == (DayKind.HOLIDAY, "Feast", From.SHIPPED)
    assert day.conflicts == ("The broker does not list this day.",)


def test_the_operator_goes_before_all_and_is_told_who_disagrees() -> None:
    own = CalendarEntry(MONDAY, DayKind.OPEN, "I know better")
    calendar = TradingCalendar(
        (source(From.OPERATOR, own, known=None), source(From.BROKER, holiday()), source(From.SHIPPED))
    )
    day = calendar.day(MONDAY)
    assert (day.kind, day.origin) == (DayKind.OPEN, From.OPERATOR)
    assert day.conflicts == ("The broker says HOLIDAY (Feast).",)


def test_other_hours_are_a_conflict_and_unknown_ones_are_none() -> None:
    morning = Hours(time(9, 15), time(10, 15))
    broker = source(From.BROKER, special())
    other = TradingCalendar((broker, source(From.SHIPPED, special(hours=morning))))
    assert other.day(SUNDAY).hours == EVENING
    assert other.day(SUNDAY).conflicts == ("The shipped calendar says 09:15 to 10:15 IST.",)
    assert TradingCalendar((broker, source(From.SHIPPED, special(hours=None)))).day(SUNDAY).conflicts == ()


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TradingDay(MONDAY, DayKind.OPEN, origin=From.BROKER), "An ordinary trading day, says the broker."),
        (
            TradingDay(SUNDAY, DayKind.SPECIAL, "Budget", EVENING, From.SHIPPED, ("X.",)),
            "A special session (Budget), 18:15 to 19:15 IST, says the shipped calendar. X.",
        ),
        (
            TradingDay(SUNDAY, DayKind.SPECIAL, "Muhurat", None, From.OPERATOR),
            "A special session (Muhurat), hours not known, says your calendar file.",
        ),
        (
            TradingDay(date(2027, 1, 1), DayKind.UNKNOWN),
            "No calendar knows this day (they reach to 31 Dec 2026).",
        ),
    ],
)
def test_a_day_in_words(day: TradingDay, words: str) -> None:
    assert day_in_words(day, date(2026, 12, 31)) == words


# --- the format -----------------------------------------------------------------------------------

hours = st.tuples(st.times(), st.times()).map(
    lambda pair: Hours(*(each.replace(second=0, microsecond=0) for each in sorted(pair)))
)
entries = st.builds(
    CalendarEntry,
    st.dates(),
    st.sampled_from([DayKind.OPEN, DayKind.HOLIDAY, DayKind.SPECIAL]),
    st.text(max_size=100),
    st.none() | hours.filter(lambda found: found.opens < found.closes),
)


@given(
    st.lists(entries, max_size=20, unique_by=lambda entry: entry.day),
    st.none() | st.tuples(st.dates(), st.dates()),
)
def test_what_is_written_is_read_again(found: list[CalendarEntry], known: tuple[date, date] | None) -> None:
    ordered = None if known is None else (min(known), max(known))
    calendar = source(From.BROKER, *found, known=ordered)
    assert read_calendar(write_calendar(calendar), From.BROKER) == calendar


DAY = {"date": "2026-01-26", "kind": "HOLIDAY", "name": "Republic Day"}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "It is not JSON."),
        ("[" * 100_000, "It is not JSON."),
        ("[]", "The file has to be an object"),
        ('{"days": []}', '"format" has to be 1'),
        ('{"format": 2}', '"format" has to be 1'),
        ('{"format": true}', '"format" has to be 1'),
        ('{"format": 1, "day": []}', "there is no key 'day'"),
        ('{"format": 1, "days": {}}', '"days" has to be a list'),
        ('{"format": 1, "knownFrom": "2026-01-01"}', "belong together"),
        ('{"format": 1, "knownFrom": "2026-01-02", "knownThrough": "2026-01-01"}', "lies before"),
        (
            '{"format": 1, "knownFrom": "20260101", "knownThrough": "2026-01-01"}',
            '"knownFrom" has to be a date',
        ),
    ],
    ids=range(11),
)
def test_what_is_no_calendar_is_refused_with_its_place(text: str, why: str) -> None:
    with pytest.raises(CalendarError) as error:
        read_calendar(text, From.OPERATOR)
    assert why in str(error.value)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"date": "2026-02-30"}, 'Day 2: "date" has to be a date'),
        ({"date": "2026-W05-1"}, 'Day 2: "date" has to be a date'),
        ({"date": None}, 'Day 2: "date" has to be a date'),
        ({"date": "2026-03-02"}, "Day 2: 2026-03-02 stands there twice"),
        ({"kind": "WEEKEND"}, 'Day 2: "kind" has to be one of OPEN, HOLIDAY, SPECIAL'),
        ({"kind": ["OPEN"]}, 'Day 2: "kind"'),
        ({"name": 7}, 'Day 2: "name"'),
        ({"name": "x" * 101}, 'Day 2: "name"'),
        ({"opens": "09:15"}, "belong together"),
        ({"opens": "9:15", "closes": "15:30"}, 'Day 2: "opens" has to be a time'),
        ({"opens": "T0915", "closes": "15:30"}, 'Day 2: "opens" has to be a time'),
        ({"opens": "15:30", "closes": "15:30"}, '"closes" has to come after'),
        ({"note": "x"}, "Day 2: there is no key 'note'"),
    ],
)
def test_a_wrong_day_is_refused_with_its_number(change: dict[str, Any], why: str) -> None:
    first = DAY | {"date": "2026-03-02"}
    with pytest.raises(CalendarError) as error:
        read_calendar(json.dumps({"format": 1, "days": [first, DAY | change]}), From.OPERATOR)
    assert why in str(error.value)


def test_the_example_of_the_manual_is_a_calendar() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "automation.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(.*?)```", manual, re.DOTALL)
    found = read_calendar(example, From.OPERATOR)
    kinds = {entry.kind for entry in found.entries.values()}
    assert kinds == {DayKind.OPEN, DayKind.HOLIDAY, DayKind.SPECIAL}


# --- the shipped one ------------------------------------------------------------------------------

DECLARED_LATE = date(2026, 1, 15)
"""Elections in Maharashtra; the library does not know it."""


def test_the_shipped_holidays_are_those_of_an_independent_library_but_for_one() -> None:
    shipped = shipped_calendar()
    ours = {day for day, entry in shipped.entries.items() if entry.kind is DayKind.HOLIDAY}
    library = holidays.financial_holidays("XNSE", years=2026)
    theirs = {day for day in library if day.weekday() < 5}
    assert ours - theirs == {DECLARED_LATE}
    assert theirs - ours == set()
    assert all(entry.name for entry in shipped.entries.values())


def test_the_shipped_sessions_are_two_sundays() -> None:
    shipped = shipped_calendar()
    sessions = {day: entry for day, entry in shipped.entries.items() if entry.kind is DayKind.SPECIAL}
    assert {day: entry.hours for day, entry in sessions.items()} == {
        date(2026, 2, 1): Hours(time(9, 15), time(15, 30)),
        date(2026, 11, 8): None,  # not confirmed
    }
    assert {day.weekday() for day in sessions} == {6}
    assert (shipped.known_from, shipped.known_through) == (date(2026, 1, 1), date(2026, 12, 31))
