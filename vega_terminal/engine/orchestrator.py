"""The single entry point: one execution at a time, from the request to the result (seed 1 section 1)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from vega_terminal.domain.errors import LoginBusy, StorageError
from vega_terminal.domain.events import Event, RunFinished, RunStarted, Settled, SlotFinished
from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import ApiSlot, Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.defects import defect
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.outcome import CANCELLED, execution_result, fail_unfinished
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.token_run import TokenRun


@dataclass(frozen=True, slots=True)
class Execution:
    """A run under way or ended.

    Attributes:
        execution_id: how it is found again.
        request: what was asked for.
        result: resolves to the result, whatever happens to the login; a defect is a slot's failure in it.
    """

    execution_id: str
    request: TokenExecutionRequest
    result: asyncio.Task[TokenExecutionResult]


class AsyncTokenOrchestrator:
    """Runs one execution at a time; whoever comes second joins the first."""

    def __init__(
        self,
        roster: Roster,
        run: TokenRun,
        gate: LoginGate,
        board: StatusBoard,
        recorded: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Run on `roster`; `recorded` is awaited at each end, until the audit trail knows of it."""
        self._roster = roster
        self._recorded = recorded
        self._run = run
        self._gate = gate
        self._board = board
        self._current: Execution | None = None
        self._body: asyncio.Task[None] | None = None
        self._stopped: asyncio.Task[None] | None = None

    def begin(self, request: TokenExecutionRequest) -> Execution:
        """Start an execution and return at once; joins the one under way if there is one."""
        if self._current is not None and self._board.status.running:
            return self._current
        execution_id = str(uuid.uuid4())
        # Told, and open to cancelling, before this returns: nobody can come in between.
        self._board.publish(RunStarted(self._board.now(), execution_id, request.requested_by))
        slots, generated = self._slots_of(request), _Generated(self._board)
        body = asyncio.create_task(self._run.run(slots, request), name="token run")
        work = self._execute(execution_id, slots, body, generated)
        result = asyncio.create_task(work, name="token execution")
        self._body = body
        self._current = Execution(execution_id, request, result)
        return self._current

    async def execute(self, request: TokenExecutionRequest) -> TokenExecutionResult:
        """Start or join an execution and wait for its result."""
        return await asyncio.shield(self.begin(request).result)

    async def cancel(self) -> None:
        """End the execution under way, if any; returns when its browser is gone and its result is there."""
        if self._current is None or self._body is None or self._current.result.done():
            return
        if self._stopped is not self._body:  # a second order would cut off what the first one tidies up
            self._stopped = self._body
            self._body.cancel()
        await asyncio.wait({self._current.result})

    async def idle(self) -> None:
        """Wait until no execution is under way."""
        while self._current is not None and not self._current.result.done():
            await asyncio.wait({self._current.result})

    async def _execute(
        self, execution_id: str, slots: tuple[ApiSlot, ...], body: asyncio.Task[None], generated: _Generated
    ) -> TokenExecutionResult:
        try:
            await asyncio.wait({body})
        finally:
            body.cancel()  # it lives on only when this execution is itself torn down
            result = await to_the_end(self._conclude(execution_id, slots, body, generated))
        return result

    async def _conclude(
        self, execution_id: str, slots: tuple[ApiSlot, ...], body: asyncio.Task[None], generated: _Generated
    ) -> TokenExecutionResult:
        """Wait for the body, let the state and the gate follow from what it did, and tell the end."""
        fatal = await self._outcome(body, slots)
        await self._outcome(asyncio.create_task(self._settle(), name="token run settling"), slots)
        result = execution_result(execution_id, slots, self._board, generated.names(), fatal)
        self._board.publish(
            RunFinished(self._board.now(), execution_id, int(result.exit_code), result.summary)
        )
        if self._recorded is not None:
            await self._recorded()
        return result

    async def _settle(self) -> None:
        self._board.publish(Settled(self._board.now()))
        await self._gate.confirm()

    async def _outcome(self, work: asyncio.Task[None], slots: tuple[ApiSlot, ...]) -> Failure | None:
        """Wait for `work` and tell its slots how it ended; return what made the run impossible."""
        await asyncio.wait({work})
        failure = _failure_of(work)
        if failure is None:
            return None
        fail_unfinished(slots, self._board, failure)
        return failure if failure.kind is FailureKind.STORAGE else None

    def _slots_of(self, request: TokenExecutionRequest) -> tuple[ApiSlot, ...]:
        return tuple(slot for slot in self._roster if not request.only or slot.name in request.only)


class _Generated:
    """Which slots got a new token since this was made."""

    def __init__(self, board: StatusBoard) -> None:
        self._names: set[str] = set()
        self._unwatch = board.watch(self._note)

    def names(self) -> frozenset[str]:
        """The slots; watching ends."""
        self._unwatch()
        return frozenset(self._names)

    def _note(self, event: Event, _status: AuthStatus) -> None:
        if isinstance(event, SlotFinished):
            self._names.add(event.slot)


def _failure_of(work: asyncio.Task[None]) -> Failure | None:
    """Why `work` did not end by itself; None when it did."""
    if work.cancelled():
        return CANCELLED
    error = work.exception()
    if isinstance(error, StorageError):
        return Failure(FailureKind.STORAGE, str(error))
    if isinstance(error, LoginBusy):
        return Failure(FailureKind.LOGIN_BUSY, str(error))
    return None if error is None else defect(error)
