"""Keeps a record of every execution, from its start to its end and beyond the end of the process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from vega_terminal.clock import Clock
from vega_terminal.domain.events import (
    Event,
    LoginLockTaken,
    RunFinished,
    RunStarted,
    SlotFinished,
    VerificationStarted,
)
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.execution_record import ExecutionRecord, ExecutionStatus
from vega_terminal.domain.slots import ApiSlot, Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import next_expiry
from vega_terminal.engine.execution_writer import ExecutionWriter
from vega_terminal.engine.outcome import execution_result, slots_as_they_stand
from vega_terminal.engine.ports.records import ExecutionHistory
from vega_terminal.engine.status_board import StatusBoard

KEPT_IN_MEMORY: Final = 200
RESUME: Final = "resume"
"""Who asks for the run that goes on after a cooldown."""


class Processes(Protocol):
    """Which process runs an execution, and whether it still lives."""

    @property
    def own(self) -> str:
        """This process."""
        ...

    def is_alive(self, process: str) -> bool:
        """Whether that process still lives; True also when nobody can tell."""
        ...


@dataclass(slots=True)
class _Course:
    """What is seen of the execution under way."""

    names: tuple[str, ...]
    verified: bool = False
    written: bool = False
    generated: set[str] = field(default_factory=set)


class ExecutionBook:
    """Watches a board from the moment it is made until `close`; finds what it and others recorded."""

    def __init__(
        self,
        board: StatusBoard,
        roster: Roster,
        history: ExecutionHistory,
        processes: Processes,
        clock: Clock,
        *,
        writes_checks: bool = True,
    ) -> None:
        """Watch `board`.

        Args:
            board: whose executions are recorded.
            roster: what an execution is about that did not come to its verification.
            history: keeps the records.
            processes: tell which process runs an execution.
            clock: bounds the end.
            writes_checks: whether an execution that finds every token valid is written down, too. It costs
                whoever waits for its end two commits; without, it is found by this process alone.
        """
        self._board = board
        self._roster = roster
        self._history = history
        self._processes = processes
        self._writes_checks = writes_checks
        self._writer = ExecutionWriter(history, clock, board.say)
        self._course = _Course(roster.names)
        self._own: dict[str, ExecutionRecord] = {}
        self._unwatch = board.watch(self._note)

    async def find(self, execution_id: str) -> ExecutionRecord | None:
        """The execution of this id, of this or another process; None when nobody knows it any more.

        Raises:
            StorageError: it is none of this process, and the database cannot be read.
        """
        own = self._own.get(execution_id)
        if own is None:
            return await self._find_stored(execution_id)
        if own.status is ExecutionStatus.IN_PROGRESS:
            slots = slots_as_they_stand(self._slots(), self._board, self._course.generated)
            return replace(own, slots=slots)
        return _continued(own, self._own.values())

    async def close(self) -> None:
        """Watch no more and write what is left, as far as it can be written soon."""
        self._unwatch()
        await self._writer.close()

    async def _find_stored(self, execution_id: str) -> ExecutionRecord | None:
        stored = await self._history.recent_records()
        for record in stored:
            if record.execution_id == execution_id:
                return _continued(self._judged(record), (*stored, *self._own.values()))
        return None

    def _judged(self, record: ExecutionRecord) -> ExecutionRecord:
        """Tell one that goes on in another process from one that was cut off with its process."""
        gone = record.exit_code is None and not self._processes.is_alive(record.process)
        return replace(record, cut_off=gone)

    def _note(self, event: Event, _status: AuthStatus) -> None:
        if isinstance(event, RunStarted):
            self._begin(event)
        elif isinstance(event, VerificationStarted) and not self._course.verified:
            self._course.names, self._course.verified = event.slots, True
        elif isinstance(event, LoginLockTaken):
            self._write_running()
        elif isinstance(event, SlotFinished):
            self._course.generated.add(event.slot)
        elif isinstance(event, RunFinished) and event.execution_id in self._own:
            self._end(event)

    def _begin(self, event: RunStarted) -> None:
        self._course = _Course(self._roster.names)
        self._keep(
            ExecutionRecord(
                execution_id=event.execution_id,
                requested_by=event.requested_by,
                process=self._processes.own,
                started_at=event.at,
            )
        )

    def _end(self, event: RunFinished) -> None:
        result = execution_result("", self._slots(), self._board, self._course.generated, None)
        self._keep(
            replace(
                self._own[event.execution_id],
                ended_at=event.at,
                exit_code=ExitCode(event.exit_code),
                summary=event.summary,
                slots=result.slots,
            )
        )

    def _slots(self) -> list[ApiSlot]:
        """What the latest execution is about."""
        return [self._roster[name] for name in self._course.names]

    def _keep(self, record: ExecutionRecord) -> None:
        self._own[record.execution_id] = record
        while len(self._own) > KEPT_IN_MEMORY:
            del self._own[next(iter(self._own))]
        checked = record.exit_code in (None, ExitCode.OK) and not self._course.written
        if self._writes_checks or not checked:
            self._write(record)

    def _write_running(self) -> None:
        """From here on tokens may change, so whoever comes after a crash has to know of it."""
        running = self._own.get(self._board.status.execution_id or "")
        if running is not None and not self._course.written:
            self._write(running)

    def _write(self, record: ExecutionRecord) -> None:
        self._course.written = True
        self._writer.write(record)


def _continued(record: ExecutionRecord, others: Iterable[ExecutionRecord]) -> ExecutionRecord:
    """The record with the run that went on where a cooldown or a crash had stopped it, if there is one."""
    if not record.cut_off and record.status is not ExecutionStatus.COOLDOWN:
        return record
    later = _resumed_between(record, others)
    return replace(record, continued_by=later[0].execution_id) if later else record


def _resumed_between(record: ExecutionRecord, others: Iterable[ExecutionRecord]) -> list[ExecutionRecord]:
    """Runs that went on by themselves while the consent to `record` still held, the first one first."""
    consent_ends = next_expiry(record.started_at)
    resumed = (other for other in others if other.requested_by == RESUME)
    in_time = (other for other in resumed if record.started_at < other.started_at < consent_ends)
    return sorted(in_time, key=lambda other: other.started_at)
