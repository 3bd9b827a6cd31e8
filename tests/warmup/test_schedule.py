"""When a warm-up is due, against an independent oracle; where the host stands does not matter."""

from __future__ import annotations

import time as system_time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vega_terminal.domain.calendar.days import CalendarEntry, CalendarOrigin, CalendarSource, DayKind, Hours
from vega_terminal.domain.calendar.trading import TradingCalendar
from vega_terminal.domain.token import next_expiry
from vega_terminal.domain.warmup import WarmUpRecord, WarmUpSchedule, WarmUpWindow

OFFSET = timedelta(hours=5, minutes=30)
"""India's, written down once more: the oracle asks no zone file."""
EIGHT = time(8, 0)
SUNDAY = date(2026, 11, 8)


def special(day: date, hours: Hours | None = None) -> TradingCalendar:
    entry = CalendarEntry(day, DayKind.SPECIAL, "Session", hours)
    return TradingCalendar((CalendarSource(CalendarOrigin.SHIPPED, entries={day: entry}),))


def ist(text: str) -> datetime:
    """A time in India as an instant."""
    return (datetime.fromisoformat(text) - OFFSET).replace(tzinfo=UTC)


def oracle(after: datetime, at: time, sessions: set[date]) -> datetime:
    """The first minute after `after` at which the clock in India shows `at` on a day with a warm-up."""
    local = (after + OFFSET).replace(tzinfo=None)
    day = local.date() if local.time() < at else local.date() + timedelta(days=1)
    while day.strftime("%a") in ("Sat", "Sun") and day not in sessions:
        day += timedelta(days=1)
    return (datetime.combine(day, at) - OFFSET).replace(tzinfo=UTC)


instants = st.datetimes(datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
times = st.times(time(3, 30)).map(lambda at: at.replace(second=0, microsecond=0))


@given(instants, times, st.lists(st.dates(date(2024, 1, 1), date(2031, 1, 1)), max_size=3))
def test_the_next_one_is_that_of_the_oracle(now: datetime, at: time, days: list[date]) -> None:
    sessions = set(days)
    entries = {day: CalendarEntry(day, DayKind.SPECIAL, "Session") for day in sessions}
    calendar = TradingCalendar((CalendarSource(CalendarOrigin.BROKER, entries=entries),))
    schedule = WarmUpSchedule(at, calendar)
    window = schedule.next_after(now)
    assert window.due == oracle(now, at, sessions)
    assert window.due < window.until < next_expiry(window.due)
    assert schedule.open_at(window.due) == window
    assert schedule.open_at(window.until) != window


@given(instants, times)
def test_no_calendar_takes_a_weekday_away(now: datetime, at: time) -> None:
    every_day_a_holiday = {
        day: CalendarEntry(day, DayKind.HOLIDAY, "Feast")
        for day in (now.date() + timedelta(days=count) for count in range(10))
    }
    closed = TradingCalendar((CalendarSource(CalendarOrigin.OPERATOR, entries=every_day_a_holiday),))
    with_it = WarmUpSchedule(at, closed).next_after(now)
    assert with_it.due == WarmUpSchedule(at, TradingCalendar()).next_after(now).due
    assert with_it.day.kind is DayKind.HOLIDAY


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/London", "Australia/Lord_Howe"])
@settings(max_examples=25)
@given(now=instants)
def test_the_host_may_stand_anywhere(zone: str, now: datetime) -> None:
    with host_in(zone):
        local = now.astimezone()
        assert WarmUpSchedule(EIGHT, TradingCalendar()).next_after(local).due == oracle(now, EIGHT, set())


@contextmanager
def host_in(zone: str) -> Iterator[None]:
    """This process believes that it stands there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        system_time.tzset()
        try:
            yield
        finally:
            patch.undo()
            system_time.tzset()


@pytest.mark.parametrize(
    ("day", "at", "hours", "until"),
    [
        ("2026-10-06", EIGHT, None, "2026-10-06T15:40"),
        ("2026-10-06", time(14, 30), None, "2026-10-06T16:30"),
        ("2026-10-06", time(23, 0), None, "2026-10-07T01:00"),
        ("2026-11-08", EIGHT, Hours(time(18, 15), time(19, 15)), "2026-11-08T19:15"),
        ("2026-11-08", EIGHT, Hours(time(9, 15), time(10, 15)), "2026-11-08T15:40"),
        ("2026-11-08", EIGHT, None, "2026-11-08T23:59"),
    ],
)
def test_how_long_a_missed_one_still_makes_sense(day: str, at: time, hours: Hours | None, until: str) -> None:
    window = WarmUpSchedule(at, special(SUNDAY, hours)).window(date.fromisoformat(day))
    assert window is not None
    assert window.until == ist(until)


def test_one_of_the_late_evening_is_still_open_after_midnight() -> None:
    schedule = WarmUpSchedule(time(23, 0), TradingCalendar())
    friday = schedule.open_at(ist("2026-10-10T00:30"))
    assert friday is not None
    assert friday.day.day == date(2026, 10, 9)
    assert schedule.open_at(ist("2026-10-10T01:00")) is None
    assert schedule.open_at(ist("2026-10-10T23:30")) is None


def window_of(day: str) -> WarmUpWindow:
    window = WarmUpSchedule(EIGHT, TradingCalendar()).window(date.fromisoformat(day))
    assert window is not None
    return window


def test_a_record_serves_its_own_day_and_no_other() -> None:
    tuesday = window_of("2026-10-06")
    record = WarmUpRecord(tuesday.due, tuesday.due, 0, "Good.")
    assert record.serves(tuesday)
    assert not record.serves(window_of("2026-10-07"))
    assert not WarmUpRecord(None, tuesday.due, 0, "Good.").serves(tuesday)


def test_a_record_of_tomorrow_was_made_under_a_wrong_clock_and_one_of_later_today_was_not() -> None:
    record = WarmUpRecord(window_of("2026-10-07").due, ist("2026-10-07T08:01"), 0, "Good.")
    assert record.is_of_the_future(ist("2026-10-06T23:59"))
    assert not record.is_of_the_future(ist("2026-10-07T00:00"))
