"""What one execution does: verify, stop at once when all is good, otherwise decide and generate."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from vega_terminal.domain.decision import REPORTED, TokenDecisionReport
from vega_terminal.domain.events import DecisionTaken, LoginLockReleased, LoginLockTaken
from vega_terminal.domain.execution import TokenExecutionRequest
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.decision_desk import DecisionDesk
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.inspection import TokenInspection
from vega_terminal.engine.status_board import StatusBoard

if TYPE_CHECKING:
    from vega_terminal.engine.ports import LoginLease

AfterToken = Callable[[ApiSlot], Awaitable[None]]
"""Awaited after each token that is stored."""


class Generation(Protocol):
    """The half of a run that signs in; `GenerationRun` is the one."""

    async def run(self, slots: Sequence[ApiSlot], after_token: AfterToken) -> None:
        """Generate `slots`. What comes of each is told in events."""
        ...


class TokenRun:
    """The steps of an execution, without the bookkeeping around it."""

    def __init__(
        self,
        inspection: TokenInspection,
        decisions: DecisionDesk,
        generation: Generation,
        gate: LoginGate,
        lease: LoginLease,
        board: StatusBoard,
    ) -> None:
        self._inspection = inspection
        self._decisions = decisions
        self._generation = generation
        self._gate = gate
        self._lease = lease
        self._board = board

    async def run(self, slots: Sequence[ApiSlot], request: TokenExecutionRequest) -> None:
        """Verify `slots` and generate what is decided; what comes of it is told in events.

        Raises:
            StorageError: the stored tokens cannot be read.
            LoginBusy: another process kept the machine's login for too long.
        """
        report = await self._inspection.look(slots)
        if self._decisions.nothing_to_decide(report, request):
            return
        if self._decisions.only_reports(request):
            self._board.publish(DecisionTaken(self._board.now(), (), REPORTED))
            return
        async with self._only_login() as waited:
            report = await self._inspection.look_again(slots, report, waited=waited)
            if not self._decisions.nothing_to_decide(report, request):
                await self._decide_and_generate(slots, report, request)

    @asynccontextmanager
    async def _only_login(self) -> AsyncIterator[bool]:
        """Hold the machine's login for the block; yields whether another process had it before."""
        async with self._lease.hold(self._tell_waiting) as waited:
            self._board.publish(LoginLockTaken(self._board.now(), waited))
            try:
                yield waited
            finally:
                self._board.publish(LoginLockReleased(self._board.now()))

    async def _decide_and_generate(
        self, slots: Sequence[ApiSlot], report: TokenDecisionReport, request: TokenExecutionRequest
    ) -> None:
        plan = await self._decisions.decide(report, request)
        self._board.publish(DecisionTaken(self._board.now(), plan.slots, plan.decided_by))
        chosen = [slot for slot in slots if slot.name in plan.slots]
        await self._generation.run(chosen, self._open_gate_early)

    async def _open_gate_early(self, slot: ApiSlot) -> None:
        """The trader need not wait for the other slots once PRIMARY is proven."""
        if slot.is_primary:
            await self._gate.confirm()

    def _tell_waiting(self, holder: str) -> None:
        self._board.say(
            f"Another VEGA process is signing in on this machine: {holder}. Waiting for its result."
        )
