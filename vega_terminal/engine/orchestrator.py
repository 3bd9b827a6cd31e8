"""The single entry point: one execution at a time, from the request to the result (seed 1 section 1)."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass

from vega_terminal.domain.errors import LoginBusy, StorageError
from vega_terminal.domain.events import Event, RunFinished, RunStarted, Settled, SlotFinished
from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import ApiSlot, Roster
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.outcome import CANCELLED, execution_result, fail_unfinished
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.token_run import TokenRun


@dataclass(frozen=True, slots=True)
class Execution:
    """A run under way or ended.

    Attributes:
        execution_id: how it is found again.
        request: what was asked for.
        result: resolves to the result; raises only for defects, never for what can happen to a login.
    """

    execution_id: str
    request: TokenExecutionRequest
    result: asyncio.Task[TokenExecutionResult]


class AsyncTokenOrchestrator:
    """Runs one execution at a time; whoever comes second joins the first."""

    def __init__(self, roster: Roster, run: TokenRun, gate: LoginGate, board: StatusBoard) -> None:
        self._roster = roster
        self._run = run
        self._gate = gate
        self._board = board
        self._current: Execution | None = None
        self._body: asyncio.Task[None] | None = None

    def begin(self, request: TokenExecutionRequest) -> Execution:
        """Start an execution and return at once; joins the one under way if there is one."""
        if self._current is not None and not self._current.result.done():
            return self._current
        execution_id = str(uuid.uuid4())
        result = asyncio.create_task(self._execute(execution_id, request), name="token execution")
        self._current = Execution(execution_id, request, result)
        return self._current

    async def execute(self, request: TokenExecutionRequest) -> TokenExecutionResult:
        """Start or join an execution and wait for its result."""
        return await asyncio.shield(self.begin(request).result)

    async def cancel(self) -> None:
        """End the execution under way, if any; returns when its browser is gone and its result is there."""
        if self._current is None or self._current.result.done():
            return
        if self._body is not None:
            self._body.cancel()
        await asyncio.wait({self._current.result})

    async def _execute(self, execution_id: str, request: TokenExecutionRequest) -> TokenExecutionResult:
        slots = self._slots_of(request)
        finished: set[str] = set()
        unwatch = self._board.watch(lambda event, _: _note_finished(event, finished))
        self._board.publish(RunStarted(self._board.now(), execution_id, request.requested_by))
        fatal = await self._to_its_end(slots, request)
        unwatch()
        self._board.publish(Settled(self._board.now()))
        await self._gate.confirm()
        result = execution_result(execution_id, slots, self._board, finished, fatal)
        self._board.publish(
            RunFinished(self._board.now(), execution_id, int(result.exit_code), result.summary)
        )
        return result

    async def _to_its_end(self, slots: tuple[ApiSlot, ...], request: TokenExecutionRequest) -> Failure | None:
        """Run the body so that only the body is ever cancelled; return what made the run impossible."""
        self._body = asyncio.create_task(self._run.run(slots, request), name="token run")
        try:
            await self._body
        except asyncio.CancelledError:
            await self._end_body()
            fail_unfinished(slots, self._board, CANCELLED)
        except StorageError as error:
            return self._impossible(slots, Failure(FailureKind.STORAGE, str(error)))
        except LoginBusy as error:
            fail_unfinished(slots, self._board, Failure(FailureKind.LOGIN_BUSY, str(error)))
        return None

    def _impossible(self, slots: tuple[ApiSlot, ...], failure: Failure) -> Failure:
        fail_unfinished(slots, self._board, failure)
        return failure

    async def _end_body(self) -> None:
        """When the execution itself is being torn down, its body must not outlive it."""
        body = self._body
        if body is not None and not body.done():
            body.cancel()
            await asyncio.wait({body})
            raise asyncio.CancelledError

    def _slots_of(self, request: TokenExecutionRequest) -> tuple[ApiSlot, ...]:
        return tuple(slot for slot in self._roster if not request.only or slot.name in request.only)


def _note_finished(event: Event, finished: set[str]) -> None:
    if isinstance(event, SlotFinished):
        finished.add(event.slot)
