"""The warm-up of a process that lives on: across nights, weekends, sleep, wrong clocks and new starts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.engine.fake_clock import START, FakeClock
from vega_terminal.domain.calendar.days import CalendarEntry, CalendarOrigin, CalendarSource, DayKind
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.events import CooldownStarted
from vega_terminal.domain.execution import TokenExecutionRequest
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.token import IST
from vega_terminal.domain.warmup import WarmUpRecord
from vega_terminal.engine.ports.warmup import WarmUpTurn
from vega_terminal.engine.warmup import WarmUp
from vega_terminal.engine.warmup_run import WarmUpRun
from vega_terminal.store.login_lock import LoginLock

from .scripted_host import Course, FreeTurn, Records, ScriptedHost, Shelf

HOUR, DAY = 3600.0, 86400.0
EIGHT = time(8, 0)


def ist(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=IST).astimezone(UTC)


@asynccontextmanager
async def process(
    host: ScriptedHost,
    records: Records | None = None,
    shelf: Shelf | None = None,
    turn: WarmUpTurn | None = None,
    at: time = EIGHT,
    *,
    catches_up: bool = False,
) -> AsyncIterator[None]:
    """The warm-up of one process; that it never ends by itself is looked at in the end."""
    shelf = shelf or Shelf()
    shelf.clock = host.clock
    warm_up = WarmUp(host, shelf, records or Records(), turn or FreeTurn(), at, catches_up=catches_up)
    task = asyncio.create_task(warm_up.run())
    try:
        yield
    finally:
        assert not task.done(), task
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled()


def hours(host: ScriptedHost) -> list[str]:
    """The day and hour in which each warm-up began; after a sleep the minute is a matter of steps."""
    return [beginning[:9] for beginning in host.warm_ups]


def listed(day: str, kind: DayKind, name: str = "Feast") -> CalendarSource:
    entry = CalendarEntry(date.fromisoformat(day), kind, name)
    return CalendarSource(CalendarOrigin.SHIPPED, date(2026, 1, 1), date(2026, 12, 31), {entry.day: entry})


# --- day after day --------------------------------------------------------------------------------


async def test_monday_to_friday_to_the_second(host: ScriptedHost, clock: FakeClock) -> None:
    async with process(host):
        await clock.sleep_until(ist("2026-10-13T12:00"))
    days = ("Wed 07", "Thu 08", "Fri 09", "Mon 12", "Tue 13")
    assert host.warm_ups == [f"{day} 08:00:00" for day in days]


async def test_at_half_past_three_it_is_for_the_new_tokens(host: ScriptedHost, clock: FakeClock) -> None:
    async with process(host, at=time(3, 30)):
        await clock.sleep_until(ist("2026-10-08T12:00"))
    assert host.warm_ups == ["Wed 07 03:30:00", "Thu 08 03:30:00"]


async def test_a_sunday_with_a_session_has_a_warm_up_and_the_saturday_before_has_none(
    host: ScriptedHost, clock: FakeClock
) -> None:
    shelf = Shelf((listed("2026-10-11", DayKind.SPECIAL, "Budget"),))
    clock.set_wall_clock(timedelta(days=3))  # Friday
    async with process(host, shelf=shelf):
        await clock.sleep_until(ist("2026-10-12T00:00"))
    assert host.warm_ups == ["Sun 11 08:00:00"]
    assert "Today: A special session (Budget), hours not known, says the shipped calendar." in host.said


async def test_a_holiday_is_told_and_blocks_nothing(host: ScriptedHost, clock: FakeClock) -> None:
    async with process(host, shelf=Shelf((listed("2026-10-07", DayKind.HOLIDAY),))):
        await clock.sleep_until(ist("2026-10-08T12:00"))
    assert host.warm_ups == ["Wed 07 08:00:00", "Thu 08 08:00:00"]
    (said,) = host.said
    assert said.startswith("Today: A holiday (Feast), says the shipped calendar. The warm-up is made all the")


async def test_without_a_calendar_and_beyond_its_end_it_runs_and_says_so(
    host: ScriptedHost, clock: FakeClock
) -> None:
    shelf = Shelf(problems=("The calendar x.json is not used. It is not JSON.",))
    async with process(host, shelf=shelf):
        await clock.sleep_until(ist("2026-10-08T12:00"))
    assert len(host.warm_ups) == 2
    assert host.said.count("The calendar x.json is not used. It is not JSON.") == 1
    assert host.said.count("Today: No calendar knows this day (there is none that could be read).") == 2


# --- what was missed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("awake_at", "made_up"),
    [
        ("2026-10-07T11:00", ["Wed 07 11"]),
        ("2026-10-07T15:30", ["Wed 07 15"]),
        ("2026-10-07T15:41", []),
    ],
)
async def test_slept_through_and_made_up_for_while_it_makes_sense(
    host: ScriptedHost, clock: FakeClock, awake_at: str, made_up: list[str]
) -> None:
    async with process(host):
        await clock.sleep_until(ist("2026-10-06T22:00"))
        clock.fall_asleep((ist(awake_at) - clock.now()).total_seconds())
        await clock.sleep(HOUR)
    assert hours(host) == made_up
    assert ("The warm-up of 08:00 IST was missed. It is made up for now." in host.said) is bool(made_up)


async def test_asleep_for_days_makes_up_for_the_last_one_alone(host: ScriptedHost, clock: FakeClock) -> None:
    async with process(host):
        await clock.sleep(60)
        clock.fall_asleep((ist("2026-10-14T10:00") - clock.now()).total_seconds())
        await clock.sleep(DAY)
    assert hours(host) == ["Wed 14 10", "Thu 15 08"]


async def test_asleep_in_the_middle_of_a_run_over_the_next_one(host: ScriptedHost, clock: FakeClock) -> None:
    host.courses = [Course(seconds=600), Course()]
    async with process(host):
        await clock.sleep_until(ist("2026-10-07T08:05"))
        clock.fall_asleep(DAY)
        await clock.sleep(HOUR)
    assert hours(host) == ["Wed 07 08", "Thu 08 08"]


async def test_a_run_that_lasts_longer_than_a_day_is_followed_by_the_one_that_it_covered(
    host: ScriptedHost, clock: FakeClock
) -> None:
    host.courses = [Course(seconds=26 * HOUR), Course()]
    async with process(host):
        await clock.sleep_until(ist("2026-10-09T12:00"))
    assert hours(host) == ["Wed 07 08", "Thu 08 10", "Fri 09 08"]


@pytest.mark.parametrize(("catches_up", "runs"), [(True, ["Tue 06 09:30:00"]), (False, [])])
async def test_a_server_makes_up_for_what_came_before_it_and_a_terminal_leaves_it_to_the_person(
    host: ScriptedHost, clock: FakeClock, catches_up: bool, runs: list[str]
) -> None:
    async with process(host, catches_up=catches_up):
        await clock.sleep_until(ist("2026-10-07T07:00"))
    assert host.warm_ups == runs


async def test_started_anew_again_and_again_it_is_made_once(host: ScriptedHost, clock: FakeClock) -> None:
    records = Records()
    for _ in range(5):
        async with process(host, records, catches_up=True):
            await clock.sleep(600)
    assert host.warm_ups == ["Tue 06 09:30:00"]


async def test_ended_in_the_middle_it_counts_as_not_made(host: ScriptedHost, clock: FakeClock) -> None:
    records = Records()
    host.courses = [Course(seconds=600), Course()]
    async with process(host, records, catches_up=True):
        await clock.sleep(300)
    assert records.saved == []
    async with process(host, records, catches_up=True):
        await clock.sleep(2 * HOUR)
    assert len(records.saved) == 1
    assert records.record is not None
    assert records.record.due == ist("2026-10-06T08:00")


# --- wrong clocks ---------------------------------------------------------------------------------


async def test_a_clock_set_back_after_the_run_does_not_double_it(
    host: ScriptedHost, clock: FakeClock
) -> None:
    async with process(host):
        await clock.sleep_until(ist("2026-10-07T08:10"))
        clock.set_wall_clock(-timedelta(hours=3))
        await clock.sleep(12 * HOUR)
    assert host.warm_ups == ["Wed 07 08:00:00"]


async def test_a_clock_that_was_a_day_ahead_at_the_run_costs_no_day(
    host: ScriptedHost, clock: FakeClock
) -> None:
    records = Records()
    clock.set_wall_clock(timedelta(days=1))  # believes that it is Wednesday 09:30
    async with process(host, records, catches_up=True):
        await clock.sleep(HOUR)
        clock.set_wall_clock(-timedelta(days=1, hours=3))  # Tuesday 07:30
        await clock.sleep(2 * DAY)
    assert hours(host) == ["Wed 07 09", "Tue 06 08", "Wed 07 08"]


async def test_a_record_of_tomorrow_found_at_the_start_is_not_believed(
    host: ScriptedHost, clock: FakeClock
) -> None:
    records = Records(WarmUpRecord(ist("2026-10-07T08:00"), ist("2026-10-07T08:01"), 0, "Good."))
    async with process(host, records):
        await clock.sleep_until(ist("2026-10-07T12:00"))
    assert host.warm_ups == ["Wed 07 08:00:00"]


async def test_a_terminal_begun_under_a_clock_ahead_does_not_miss_its_warm_up(
    host: ScriptedHost, clock: FakeClock
) -> None:
    async with process(host):  # 09:30: today's is left to the person
        await clock.sleep(600)
        clock.set_wall_clock(-timedelta(hours=3))
        await clock.sleep(3 * HOUR)
    assert host.warm_ups == ["Tue 06 08:00:00"]


async def test_a_clock_put_forward_over_it_makes_up_for_it(host: ScriptedHost, clock: FakeClock) -> None:
    async with process(host):
        await clock.sleep_until(ist("2026-10-07T07:30"))
        clock.set_wall_clock(timedelta(hours=2))
        await clock.sleep(HOUR)
    assert hours(host) == ["Wed 07 09"]


# --- others ---------------------------------------------------------------------------------------


async def test_it_waits_for_a_run_of_somebody_else_and_then_makes_its_own(
    host: ScriptedHost, clock: FakeClock
) -> None:
    host.courses = [Course(seconds=HOUR), Course()]
    async with process(host):
        await clock.sleep_until(ist("2026-10-07T07:30"))
        host.begin(TokenExecutionRequest("terminal", only=("PRIMARY",)))
        await clock.sleep(3 * HOUR)
    assert host.warm_ups == ["Wed 07 08:30:00"]


async def test_two_processes_on_one_machine_make_one_warm_up(clock: FakeClock, tmp_path: Path) -> None:
    """With the real lock, and what one remembers of it for the other."""
    hosts, records = [ScriptedHost(clock), ScriptedHost(clock)], Records()
    hosts[0].courses = hosts[1].courses = [Course(seconds=900)]
    locks = [LoginLock(tmp_path / "warmup.lock", clock, 0.0) for _ in hosts]
    async with process(hosts[0], records, turn=locks[0]), process(hosts[1], records, turn=locks[1]):
        await clock.sleep_until(ist("2026-10-08T12:00"))
    beginnings = [beginning for host in hosts for beginning in host.warm_ups]
    assert sorted(beginnings) == ["Thu 08 08:00:00", "Wed 07 08:00:00"]
    assert "Another VEGA process of this machine makes the warm-up." in hosts[0].said + hosts[1].said


async def test_a_process_that_dies_at_it_is_followed_by_the_other(clock: FakeClock, tmp_path: Path) -> None:
    records = Records()
    dying, living = ScriptedHost(clock), ScriptedHost(clock)
    dying.courses = [Course(seconds=HOUR)]
    locks = [LoginLock(tmp_path / "warmup.lock", clock, 0.0) for _ in range(2)]
    async with process(dying, records, turn=locks[0], catches_up=True):
        await clock.sleep(1)
        async with process(living, records, turn=locks[1], catches_up=True):
            await clock.sleep(600)
            assert (hours(dying), hours(living)) == (["Tue 06 09"], [])
    async with process(living, records, turn=locks[1], catches_up=True):
        await clock.sleep(120)
    assert hours(living) == ["Tue 06 09"]


# --- what goes wrong ------------------------------------------------------------------------------


async def test_a_network_that_is_not_up_yet_is_waited_for(host: ScriptedHost, clock: FakeClock) -> None:
    records = Records()
    host.courses = [Course(1, FailureKind.NETWORK), Course(1, FailureKind.TIMEOUT), Course(1)]
    async with process(host, records):
        await clock.sleep_until(ist("2026-10-07T09:00"))
    assert host.warm_ups == ["Wed 07 08:00:00", "Wed 07 08:00:16", "Wed 07 08:00:47"]
    assert [record.exit_code for record in records.saved] == [0]
    assert sum("tries again in" in text for text in host.said) == 2


async def test_it_is_tried_to_the_end_of_the_window_and_no_longer(
    host: ScriptedHost, clock: FakeClock
) -> None:
    host.courses = [Course(1, FailureKind.BROKER_DOWN)]
    async with process(host):
        await clock.sleep_until(ist("2026-10-07T23:00"))
    tried = len(host.warm_ups)
    assert 40 < tried < 60
    assert host.warm_ups[-1] < "Wed 07 15:40"


@pytest.mark.parametrize(
    "course",
    [
        Course(1, FailureKind.CAPTCHA_UNSOLVED),
        Course(1, FailureKind.PIN_REJECTED),
        Course(1, FailureKind.COOLDOWN),
        Course(1, FailureKind.NETWORK, signs_in=True),
    ],
)
async def test_whatever_needs_a_person_or_came_to_a_sign_in_is_not_tried_again(
    host: ScriptedHost, clock: FakeClock, course: Course
) -> None:
    host.courses = [course]
    async with process(host):
        await clock.sleep_until(ist("2026-10-07T23:00"))
    assert host.warm_ups == ["Wed 07 08:00:00"]


async def test_what_cannot_be_remembered_is_told_and_still_made_once(
    host: ScriptedHost, clock: FakeClock
) -> None:
    async with process(host, Records(is_broken=True)):
        await clock.sleep_until(ist("2026-10-07T12:00"))
    assert host.warm_ups == ["Wed 07 08:00:00"]
    assert "The warm-up could not be remembered. The disk is full." in host.said


async def test_a_lock_that_cannot_be_had_is_told_once_and_tried_again(
    host: ScriptedHost, clock: FakeClock
) -> None:
    turn = FreeTurn()
    turn.fails = True
    async with process(host, turn=turn):
        await clock.sleep_until(ist("2026-10-07T08:30"))
        assert host.warm_ups == []
        turn.fails = False
        await clock.sleep(120)
    assert host.said[0] == "The warm-up could not be made. The file system cannot lock."
    assert host.said.count(host.said[0]) == 1
    assert host.warm_ups == ["Wed 07 08:30:00"]


# --- the broker's calendar ------------------------------------------------------------------------


async def test_the_broker_is_asked_once_a_day_and_its_sunday_is_taken_up(
    host: ScriptedHost, clock: FakeClock
) -> None:
    host.board.is_ready = True
    broker = listed("2026-10-11", DayKind.SPECIAL)
    host.holidays_answer = CalendarSource(CalendarOrigin.BROKER, entries=broker.entries)
    clock.set_wall_clock(timedelta(days=3))  # Friday
    async with process(host, shelf=Shelf()):
        await clock.sleep_until(ist("2026-10-12T00:00"))
    assert host.holidays_asked == 3
    assert host.warm_ups == ["Sun 11 08:00:00"]


async def test_nobody_asks_while_the_dashboard_is_closed_or_on_a_day_of_an_earlier_answer(
    host: ScriptedHost, clock: FakeClock
) -> None:
    shelf = Shelf(kept=CalendarSource(CalendarOrigin.BROKER), kept_at=START)
    async with process(host, shelf=shelf):
        await clock.sleep(HOUR)
        host.board.is_ready = True
        await clock.sleep(HOUR)
        assert host.holidays_asked == 0
        await clock.sleep_until(ist("2026-10-07T01:00"))
    assert host.holidays_asked == 1


async def test_a_broker_that_does_not_answer_costs_one_remark_a_day(
    host: ScriptedHost, clock: FakeClock
) -> None:
    host.board.is_ready = True
    host.holidays_answer = BrokerError(Failure(FailureKind.BROKER_DOWN, "It is down."))
    async with process(host):
        await clock.sleep_until(ist("2026-10-08T12:00"))
    assert host.holidays_asked == 3
    assert host.said.count("The broker's holidays could not be had today. It is down.") == 3
    assert len(host.warm_ups) == 2


async def test_a_cooldown_that_stopped_no_slot_is_not_waited_for(
    host: ScriptedHost, clock: FakeClock
) -> None:
    host.courses = [Course(1, FailureKind.CAPTCHA_UNSOLVED)]
    records = Records()
    async with process(host, records):
        await clock.sleep_until(ist("2026-10-07T07:59"))
        until = clock.now() + timedelta(minutes=11)
        host.board.publish(CooldownStarted(clock.now(), "bob", "…9999", until, "Throttled."))
        await clock.sleep(120)
    assert [record.exit_code for record in records.saved] == [2]


# --- stopped --------------------------------------------------------------------------------------


async def test_who_stops_it_in_a_process_that_lives_on_has_decided_for_the_day(
    host: ScriptedHost, clock: FakeClock
) -> None:
    host.courses = [Course(failure=FailureKind.CANCELLED), Course()]
    async with process(host):
        await clock.sleep_until(ist("2026-10-08T12:00"))
    assert host.warm_ups == ["Wed 07 08:00:00", "Thu 08 08:00:00"]


async def test_one_that_is_stopped_with_its_process_is_made_by_the_next(
    host: ScriptedHost, clock: FakeClock
) -> None:
    records, due = Records(), ist("2026-10-07T08:00")
    await clock.sleep_until(due)
    host.courses = [Course(failure=FailureKind.CANCELLED), Course()]
    await WarmUpRun(host, records).make(due, due)
    last = await records.last()
    assert last is not None
    assert last.due is None
    async with process(host, records, catches_up=True):
        await clock.sleep_until(ist("2026-10-07T09:00"))
    assert len(host.warm_ups) == 2
