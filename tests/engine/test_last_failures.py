"""Why a slot has no token, told to who looks later: what is known from today's executions, and its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.execution import ExitCode, SlotResult
from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.status import AuthStatus, SlotStatus
from vega_terminal.domain.token import NEEDS_LOGIN, Verdict, next_expiry
from vega_terminal.engine.execution_book import ExecutionBook
from vega_terminal.engine.last_failures import publish_failures
from vega_terminal.engine.outcome import DECLINED
from vega_terminal.engine.status_board import StatusBoard

from .engine_world import Ground
from .fake_clock import START, FakeClock
from .no_history import NoProcesses
from .rosters import THREE, roster
from .scripted_login import PARKS_FOR_GOOD, Course

PIN = Failure(FailureKind.PIN_REJECTED, "The broker refused the PIN.", "1017")
DOWN = Failure(FailureKind.BROKER_DOWN, "The broker answered with 503.")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Memory:
    """Keeps records, and counts who reads them."""

    records: list[ExecutionRecord] = field(default_factory=list)
    read: int = 0

    async def save_record(self, record: ExecutionRecord) -> None:
        self.records = [old for old in self.records if old.execution_id != record.execution_id] + [record]

    async def recent_records(self) -> Sequence[ExecutionRecord]:
        self.read += 1
        return sorted(self.records, key=lambda record: record.started_at, reverse=True)


def ended(at: datetime, *results: SlotResult, took: timedelta = MINUTE) -> ExecutionRecord:
    """An execution of some process that ended at `at`."""
    return ExecutionRecord(
        execution_id=f"{at} {took}",
        requested_by="cli",
        process="another",
        started_at=at - took,
        ended_at=at,
        exit_code=ExitCode.PARTIAL,
        slots=results,
    )


def without(failure: Failure, verdict: Verdict = Verdict.MISSING) -> SlotResult:
    return SlotResult("PRIMARY", verdict, failure=failure)


GOOD = SlotResult("PRIMARY", Verdict.VALID)


@pytest.fixture
async def clock() -> AsyncIterator[FakeClock]:
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        yield clock


async def told(clock: FakeClock, *records: ExecutionRecord, **known: Any) -> Failure | None:
    """What the row of PRIMARY tells, given what is known of it besides."""
    board = StatusBoard(AuthStatus((SlotStatus("PRIMARY", **known), SlotStatus("FEED"))), clock)
    await publish_failures(Memory(list(records)), board)
    assert board.status.slot("FEED").failure is None
    assert replace(board.status.primary, failure=known.get("failure")) == SlotStatus("PRIMARY", **known)
    return board.status.primary.failure


async def test_kind_time_and_sentence_are_told(clock: FakeClock) -> None:
    assert await told(clock, ended(START - HOUR, without(PIN))) == Failure(
        FailureKind.PIN_REJECTED, "PIN_REJECTED at 08:30 IST: The broker refused the PIN.", "1017"
    )


@pytest.mark.parametrize("verdict", sorted(NEEDS_LOGIN))
async def test_whatever_a_slot_lacks(clock: FakeClock, verdict: Verdict) -> None:
    old = START - timedelta(days=1)
    assert await told(clock, ended(START, without(PIN)), verdict=verdict, generated_at=old) is not None


async def test_what_this_process_knows_better_stays(clock: FakeClock) -> None:
    assert await told(clock, ended(START, without(PIN)), failure=DOWN) is DOWN


@pytest.mark.parametrize(
    ("ago", "remembered"),
    [
        (timedelta(), True),
        (timedelta(hours=5, minutes=59), True),
        (timedelta(hours=6), True),
        (timedelta(hours=6, seconds=1), False),
        (timedelta(days=1), False),
        (timedelta(days=-1), False),
    ],
)
async def test_only_since_the_last_0330_ist(clock: FakeClock, ago: timedelta, remembered: bool) -> None:
    """It is 09:30 IST; a run of tomorrow is one of a wrong clock."""
    assert next_expiry(START) - START == timedelta(hours=18)
    assert (await told(clock, ended(START - ago, without(PIN))) is not None) == remembered


@pytest.mark.parametrize(
    ("results", "kind"),
    [
        ([without(PIN), without(DOWN)], FailureKind.BROKER_DOWN),
        ([without(PIN), without(DECLINED)], FailureKind.PIN_REJECTED),
        ([without(DECLINED)], FailureKind.DECLINED),
        ([without(PIN), GOOD], None),
        ([without(PIN), GOOD, without(DECLINED)], FailureKind.DECLINED),
        ([without(PIN), SlotResult("FEED", Verdict.VALID)], FailureKind.PIN_REJECTED),
        ([], None),
    ],
)
async def test_the_newest_run_that_tried_it_has_the_word(
    clock: FakeClock, results: list[SlotResult], kind: FailureKind | None
) -> None:
    first = START - len(results) * MINUTE
    records = [ended(first + number * MINUTE, result) for number, result in enumerate(results)]
    failure = await told(clock, *records)
    assert (failure and failure.kind) == kind


async def test_of_two_runs_that_overlap_the_later_end_counts(clock: FakeClock) -> None:
    long, short = ended(START, without(PIN), took=HOUR), ended(START - MINUTE, without(DOWN))
    failure = await told(clock, long, short)
    assert failure is not None
    assert failure.kind is FailureKind.PIN_REJECTED


async def test_a_run_under_way_or_cut_off_says_nothing_yet(clock: FakeClock) -> None:
    begun = replace(ended(START), ended_at=None, exit_code=None)
    failure = await told(clock, ended(START - HOUR, without(PIN)), begun)
    assert failure is not None
    assert failure.kind is FailureKind.PIN_REJECTED


@pytest.mark.parametrize(
    ("verdict", "end", "known", "remembered"),
    [
        (Verdict.UNKNOWN, Verdict.UNKNOWN, {"generated_at": START - 2 * HOUR}, True),
        (Verdict.UNKNOWN, Verdict.UNKNOWN, {"checked_at": START - 2 * HOUR}, True),
        (Verdict.UNKNOWN, Verdict.UNKNOWN, {"checked_at": START}, False),
        (Verdict.INVALID, Verdict.UNKNOWN, {"checked_at": START}, False),
        (Verdict.UNKNOWN, Verdict.UNKNOWN, {"generated_at": START}, False),
        (Verdict.INVALID, Verdict.MISSING, {"generated_at": START}, False),
        (Verdict.UNKNOWN, Verdict.MISSING, {"generated_at": START - 2 * HOUR}, False),
        (Verdict.INVALID, Verdict.INVALID, {"checked_at": START}, True),
        (Verdict.VALID, Verdict.MISSING, {}, False),
        (Verdict.PENDING_PERSIST, Verdict.MISSING, {}, False),
    ],
)
async def test_a_newer_token_or_answer_ends_it(
    clock: FakeClock, verdict: Verdict, end: Verdict, known: dict[str, Any], remembered: bool
) -> None:
    record = ended(START - HOUR, without(DOWN, end))
    failure = await told(clock, record, verdict=verdict, expires_at=next_expiry(START), **known)
    assert (failure is not None) == remembered


async def test_where_all_is_well_nobody_reads_what_was(clock: FakeClock) -> None:
    memory = Memory()
    await publish_failures(memory, StatusBoard(AuthStatus((SlotStatus("PRIMARY", Verdict.VALID),)), clock))
    assert memory.read == 0


async def test_what_cannot_be_read_is_the_callers_to_tell(clock: FakeClock) -> None:
    class Broken(Memory):
        async def recent_records(self) -> Sequence[ExecutionRecord]:
            raise StorageError("The disk is gone.")

    with pytest.raises(StorageError, match="gone"):
        await publish_failures(Broken(), StatusBoard(AuthStatus.for_names(THREE), clock))


async def test_the_next_process_tells_what_the_row_of_the_run_said(ground: Ground) -> None:
    ground.browsers.will("FEED", PARKS_FOR_GOOD)
    ground.browsers.will("CHAIN", Course(fails=FailureKind.PIN_REJECTED))
    memory = Memory()
    async with ground.process(roster(THREE)) as world:
        book = ExecutionBook(world.board, world.roster, memory, NoProcesses(), world.clock)
        await world.refresh()
        await book.close()
    async with ground.process(roster(THREE)) as later:
        board = StatusBoard(later.status, later.clock)
        await publish_failures(memory, board)
        assert later.seen(ev.FailureRecalled) == []
        for slot in board.status.slots:
            said = world.status.slot(slot.name).failure
            assert (slot.failure and slot.failure.kind) == (said and said.kind)
            assert said is None or str(slot.failure).endswith(f" IST: {said}")
        assert board.status.primary.failure is None
        assert replace(board.status, slots=later.status.slots) == later.status
