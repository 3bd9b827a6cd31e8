"""Executions are found by their id: two hundred callers, one execution, and beyond the end of the process."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.support import NOW, ScriptedClock, opened
from vega_terminal.clock import SystemClock
from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.execution import ExitCode, SlotResult, TokenExecutionRequest
from vega_terminal.domain.execution_record import ExecutionRecord, ExecutionStatus
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.execution_book import ExecutionBook
from vega_terminal.engine.outcome import DECLINED
from vega_terminal.store.deferred.execution_history import EXECUTION_HISTORY, DeferredExecutionHistory
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.opening import DATABASE_NAME, Store
from vega_terminal.store.process_marks import ProcessMarks
from vega_terminal.store.tables.execution_history import SqliteExecutionHistory
from vega_terminal.store.tables.timestamps import to_text

from .scripted import Desk, MemoryHistory, Processes, ScriptedEngine, served

REFRESH = "/api/auth/upstox/tokens/refresh"
FAILURE = Failure(FailureKind.BROKER_DOWN, "The broker answered with 503.", "UDAPI1")


def record(name: str, minutes: int = 0, *, ended: bool = True, process: str = "1:1") -> ExecutionRecord:
    at = NOW + timedelta(minutes=minutes)
    begun = ExecutionRecord(execution_id=name, requested_by="rest", process=process, started_at=at)
    return ended_after(begun) if ended else begun


def ended_after(begun: ExecutionRecord, code: ExitCode = ExitCode.PARTIAL) -> ExecutionRecord:
    return ExecutionRecord(
        execution_id=begun.execution_id,
        requested_by=begun.requested_by,
        process=begun.process,
        started_at=begun.started_at,
        ended_at=begun.started_at + timedelta(seconds=9),
        exit_code=code,
        summary="1 of 2 access tokens are valid, 1 of them new.",
        slots=(
            SlotResult("PRIMARY", Verdict.VALID, generated=True),
            SlotResult("WEBSOCKET1", Verdict.UNKNOWN, failure=FAILURE),
        ),
    )


def history_of(store: Store) -> DeferredExecutionHistory:
    deferred = Deferred(store.journal, store.database_path.parent, ScriptedClock(), print)
    return DeferredExecutionHistory(SqliteExecutionHistory(store.database), deferred)


def book_on(engine: ScriptedEngine, store: Store, processes: Processes | ProcessMarks) -> ExecutionBook:
    return ExecutionBook(engine.board, engine.roster, history_of(store), processes, SystemClock())


async def test_two_hundred_callers_at_once_get_one_execution(desk: Desk) -> None:
    async with desk.client() as client:
        answers = await asyncio.gather(*(client.post(REFRESH) for _ in range(200)))
    assert {answer.status_code for answer in answers} == {202}
    assert {answer.json()["executionId"] for answer in answers} == {"execution-1"}
    assert desk.engine.begun == 1


async def test_ids_are_found_by_the_next_process(tmp_path: Path) -> None:
    """The first process ends one execution and dies in the next; another process is still at work."""
    async with opened(tmp_path) as store:
        first = ScriptedEngine()
        before = book_on(first, store, Processes("the first", set()))
        ended = first.begin(TokenExecutionRequest("cli")).execution_id
        first.generate("PRIMARY")
        first.end(ExitCode.PARTIAL, "1 of 2.")
        cut_off = first.begin(TokenExecutionRequest("warmup")).execution_id
        await before.close()
        await history_of(store).save_record(record("elsewhere", ended=False, process="another"))

        after = book_on(ScriptedEngine(), store, Processes("the second", {"another"}))
        found = await after.find(ended)
        assert found is not None
        assert (found.status, found.requested_by, found.summary) == (
            ExecutionStatus.PARTIAL,
            "cli",
            "1 of 2.",
        )
        assert [(slot.slot, slot.verdict, slot.generated) for slot in found.slots] == [
            ("PRIMARY", Verdict.VALID, True),
            ("WEBSOCKET1", Verdict.MISSING, False),
        ]
        assert [slot.failure for slot in found.slots] == [None, DECLINED]
        lost = await after.find(cut_off)
        assert lost is not None
        assert lost.status is ExecutionStatus.FAILED
        assert "ended before it did" in lost.document()["summary"]
        working = await after.find("elsewhere")
        assert working is not None
        assert working.status is ExecutionStatus.IN_PROGRESS
        assert await after.find("unknown") is None


async def test_a_cut_off_execution_names_the_run_that_went_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await history_of(store).save_record(record("cut off", -5, ended=False))
        engine = ScriptedEngine(ScriptedClock())
        book = book_on(engine, store, Processes())
        assert (lost := await book.find("cut off")) is not None
        assert lost.continued_by is None
        resumed = engine.begin(TokenExecutionRequest("resume")).execution_id
        assert (lost := await book.find("cut off")) is not None
        assert lost.continued_by == resumed
        await book.close()


async def test_where_somebody_waits_for_the_end_a_mere_check_is_not_written(tmp_path: Path) -> None:
    engine, history = ScriptedEngine(), MemoryHistory()
    book = ExecutionBook(
        engine.board, engine.roster, history, Processes(), SystemClock(), writes_checks=False
    )
    checked = engine.begin(TokenExecutionRequest("cli")).execution_id
    engine.end()
    signed_in = engine.begin(TokenExecutionRequest("cli")).execution_id
    engine.say(ev.LoginLockTaken(engine.board.now(), waited=False))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert [each.execution_id for each in await history.recent_records()] == [signed_in]
    engine.end()
    failed = engine.begin(TokenExecutionRequest("cli")).execution_id
    engine.end(ExitCode.PARTIAL)
    await book.close()
    assert {name: each.exit_code for name, each in history.records.items()} == {
        signed_in: ExitCode.OK,
        failed: ExitCode.PARTIAL,
    }
    assert (found := await book.find(checked)) is not None
    assert found.status is ExecutionStatus.COMPLETED


async def test_what_is_kept_is_read_back_as_it_was_and_an_end_is_the_end(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        history = SqliteExecutionHistory(store.database)
        begun = record("a", ended=False)
        for state in (begun, ended_after(begun), begun, ended_after(begun, ExitCode.OK)):
            await history.save_record(state)
            note = EXECUTION_HISTORY.encode(state)
            assert EXECUTION_HISTORY.decode(note) == state
        assert await history.recent_records() == [ended_after(begun)]


async def test_the_last_two_hundred_are_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        history = SqliteExecutionHistory(store.database)
        await store.database.write(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199)"
            " INSERT INTO executions SELECT i, 'cli', '1:1', ?, NULL, NULL, '', '[]' FROM n",
            [to_text(NOW - timedelta(days=1))],
        )
        for number in range(3):
            await history.save_record(record(f"new {number}", number))
        kept = [each.execution_id for each in await history.recent_records()]
        assert len(kept) == 200
        assert kept[:3] == ["new 2", "new 1", "new 0"]


async def test_while_the_database_is_held_they_are_noted_and_found(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        history = history_of(store)
        store.recovery.watch_trouble(lambda _error: None)
        await history.recent_records()
        path = tmp_path / "data" / DATABASE_NAME
        with closing(sqlite3.connect(path, isolation_level=None)) as foreign:
            foreign.execute("BEGIN EXCLUSIVE")
            await history.save_record(record("a"))
            assert await history.recent_records() == [record("a")]
            with pytest.raises(StorageError):
                await history_of(store).recent_records()
        await store.recovery.reopen()
        await history.save_record(record("b", 1))
        assert await SqliteExecutionHistory(store.database).recent_records() == [record("b", 1), record("a")]
        assert await store.journal.notes() == ()


class Refusing(MemoryHistory):
    """Takes and finds nothing."""

    async def save_record(self, record: ExecutionRecord) -> None:
        raise StorageError("Somebody holds the database.")

    async def recent_records(self) -> list[ExecutionRecord]:
        raise StorageError("Somebody holds the database.")


async def test_a_history_that_refuses_stops_nothing_and_is_told_once(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    told: list[str] = []
    engine.board.watch(lambda event, _status: told.append(getattr(event, "text", "")))
    async with served(tmp_path, engine=engine, history=Refusing()) as desk, desk.client() as client:
        begun = await client.post(REFRESH)
        assert (await client.get(begun.headers["location"])).json()["status"] == "IN_PROGRESS"
        engine.end()
        assert (await client.get(begun.headers["location"])).json()["status"] == "COMPLETED"
        unknown = await client.get("/api/auth/upstox/tokens/status/of-yesterday")
    assert (unknown.status_code, unknown.json()["error"]) == (503, "STORAGE")
    assert "Somebody" not in unknown.text
    assert [each for each in told if each] == [
        (
            "Executions cannot be noted now; after a restart their ids would not be found."
            " Somebody holds the database."
        )
    ]


def test_a_process_is_known_by_its_mark() -> None:
    marks = ProcessMarks()
    assert marks.is_alive(marks.own)
    pid, _, birth = marks.own.partition(":")
    assert not marks.is_alive(f"{pid}:{int(birth) + 1}"), "another process of the same number"
    assert not marks.is_alive("written by nobody")
