"""One run over the slots of a plan: those of the phone and those of the one browser, PRIMARY first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from vega_terminal.domain.errors import BrowserError, StorageError
from vega_terminal.domain.events import LoginRequested, SlotFailed
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import ApiSlot, RouteKind
from vega_terminal.engine.approval_run import ApprovalRun
from vega_terminal.engine.code_run import AfterToken, CodeRun, cut_off_by
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.desk import DeskFactory
from vega_terminal.engine.execution_log import ExecutionLog
from vega_terminal.engine.generation import TokenGenerationService
from vega_terminal.engine.outcome import fail_unfinished
from vega_terminal.engine.ports import EpochSource, LoginRoute, LoginSession
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.engine.status_board import StatusBoard


class GenerationRun:
    """Generates the slots of a plan within one login session."""

    def __init__(
        self,
        route: LoginRoute,
        service: TokenGenerationService,
        desks: DeskFactory,
        cooldowns: CooldownManager,
        log: ExecutionLog,
        epochs: EpochSource,
        board: StatusBoard,
    ) -> None:
        self._route = route
        self._guard = desks.guard
        self._cooldowns = cooldowns
        self._log = log
        self._epochs = epochs
        self._board = board
        self._codes = CodeRun(service, desks, log, board)
        self._approvals = ApprovalRun(service, desks, log, board)

    async def run(self, slots: Sequence[ApiSlot], after_token: AfterToken) -> None:
        """Generate `slots`. What comes of each is told in events; nothing is raised for a failed login.

        Args:
            slots: in order of importance.
            after_token: awaited after each stored token, for instance to open the gate early.
        """
        if not slots:
            return
        ordered = by_identity(slots, self._log.goes_on_at)
        stopped: FailureKind | None = None
        try:
            await self._log.planned(ordered)
            stopped = await self._generate(ordered, after_token)
        except BaseException as error:
            stopped = cut_off_by(error).kind
            raise
        finally:
            await to_the_end(self._end(stopped))

    async def _end(self, stopped: FailureKind | None) -> None:
        await self._guard.conclude_all()
        await self._log.ended(stopped)

    async def _generate(self, slots: Sequence[ApiSlot], after_token: AfterToken) -> FailureKind | None:
        """Generate them; returns what stopped it before every slot had its turn, if something did."""
        try:
            return await self._in_one_session(await self._allowed(slots), after_token)
        except BrowserError as error:
            return self._stop(slots, error.failure)
        except StorageError as error:
            return self._stop(slots, Failure(FailureKind.STORAGE, str(error)))

    async def _in_one_session(
        self, allowed: Sequence[ApiSlot], after_token: AfterToken
    ) -> FailureKind | None:
        if not allowed:
            return None
        self._board.publish(LoginRequested(self._board.now(), tuple(slot.name for slot in allowed)))
        epoch = await self._epochs.next_epoch()
        async with self._route.session() as session:
            return await self._both_ways(allowed, session, epoch, after_token)

    async def _both_ways(
        self, slots: Sequence[ApiSlot], session: LoginSession, epoch: int, after_token: AfterToken
    ) -> FailureKind | None:
        """Ask for all that are approved on the phone, and go on with the browser while people look."""
        waits = [
            asyncio.create_task(self._approvals.one(slot, session, epoch, after_token), name="approval")
            for slot in slots
            if slot.route is RouteKind.PHONE
        ]
        pages = [slot for slot in slots if slot.route is RouteKind.BROWSER]
        async with _ended(waits):
            stopped = await self._through_pages(pages, session, epoch, after_token)
            await _all_of(waits)
        return stopped

    async def _through_pages(
        self, slots: Sequence[ApiSlot], session: LoginSession, epoch: int, after_token: AfterToken
    ) -> FailureKind | None:
        """Those of the login page; what ends them does not touch the others."""
        try:
            await self._codes.all(slots, session, epoch, after_token)
        except BrowserError as error:
            return self._stop(slots, error.failure)
        except StorageError as error:
            return self._stop(slots, Failure(FailureKind.STORAGE, str(error)))
        return None

    def _stop(self, slots: Sequence[ApiSlot], failure: Failure) -> FailureKind:
        fail_unfinished(slots, self._board, failure)
        return failure.kind

    async def _allowed(self, slots: Sequence[ApiSlot]) -> list[ApiSlot]:
        """Those that may be tried, by what is on record at this moment; the others fail.

        An approval is no sign-in at the login page: cooldowns and counted failures are not about it.
        """
        pages = [slot for slot in slots if slot.route is RouteKind.BROWSER]
        if pages:
            # Another process may have met a throttling since this one looked, or died in a sign-in.
            await self._cooldowns.restore(alone=True)
            await self._guard.look(slot.identity for slot in pages)
        refused = {slot.name for slot in pages if not self._may_sign_in(slot)}
        return [slot for slot in slots if slot.name not in refused]

    def _may_sign_in(self, slot: ApiSlot) -> bool:
        failure = self._guard.failure_for(slot.identity)
        if failure is not None:
            self._board.publish(SlotFailed(self._board.now(), slot.name, failure))
        return failure is None


@asynccontextmanager
async def _ended(tasks: Sequence[asyncio.Task[None]]) -> AsyncIterator[None]:
    """When the block is left, however, none of `tasks` goes on."""
    try:
        yield
    finally:
        left = [task for task in tasks if not task.done()]
        for task in left:
            task.cancel()
        if left:
            await to_the_end(_all_of(left))


async def _all_of(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait until all are over, however they end; none of them raises."""
    if tasks:
        await asyncio.wait(tasks)


def by_identity(slots: Sequence[ApiSlot], goes_on_at: str | None = None) -> list[ApiSlot]:
    """Keep the order of importance, but let slots of one identity follow each other.

    One sign-in harvests every app of an identity; going back to an earlier identity would need a second
    sign-in, which the broker throttles.

    Args:
        slots: in order of importance.
        goes_on_at: where an interrupted run stopped; within its identity this one comes first, but for
            PRIMARY.
    """
    groups: dict[str, list[ApiSlot]] = {}
    for slot in slots:
        groups.setdefault(slot.identity.key, []).append(slot)
    for group in groups.values():
        group.sort(key=lambda slot: (not slot.is_primary, slot.name != goes_on_at))
    return [slot for group in groups.values() for slot in group]
