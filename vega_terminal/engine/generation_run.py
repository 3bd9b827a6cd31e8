"""One run over the slots of a plan: one browser, PRIMARY first, every rule about going on or stopping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from vega_terminal.domain.errors import BrowserError, FailureError, LoginBusy, SlotError, StorageError
from vega_terminal.domain.events import LoginRequested, SlotFailed
from vega_terminal.domain.failure import ENDS_RUN, ENDS_SIGN_IN, Failure, FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.desk import DeskFactory
from vega_terminal.engine.execution_log import ExecutionLog
from vega_terminal.engine.generation import TokenGenerationService, not_tried
from vega_terminal.engine.outcome import fail_unfinished
from vega_terminal.engine.ports import EpochSource, LoginRoute, LoginSession, Parked
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.engine.status_board import StatusBoard

AfterToken = Callable[[ApiSlot], Awaitable[None]]


@dataclass(slots=True)
class _Progress:
    """What one run knows: who is parked, and whose sign-ins are over."""

    epoch: int
    parked: list[ApiSlot] = field(default_factory=list)
    stopped: dict[str, Failure] = field(default_factory=dict)


class GenerationRun:
    """Generates the slots of a plan in one browser."""

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
        self._service = service
        self._desks = desks
        self._guard = desks.guard
        self._cooldowns = cooldowns
        self._log = log
        self._epochs = epochs
        self._board = board

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
            stopped = _cut_off_by(error).kind
            raise
        finally:
            await to_the_end(self._end(stopped))

    async def _generate(self, slots: Sequence[ApiSlot], after_token: AfterToken) -> FailureKind | None:
        """Generate them; returns what stopped it before every slot had its turn, if something did."""
        try:
            await self._in_one_browser(await self._allowed(slots), after_token)
        except BrowserError as error:
            fail_unfinished(slots, self._board, error.failure)
            return error.kind
        except StorageError as error:
            fail_unfinished(slots, self._board, Failure(FailureKind.STORAGE, str(error)))
            return FailureKind.STORAGE
        return None

    async def _end(self, stopped: FailureKind | None) -> None:
        await self._guard.conclude_all()
        await self._log.ended(stopped)

    async def _in_one_browser(self, allowed: Sequence[ApiSlot], after_token: AfterToken) -> None:
        if not allowed:
            return
        self._board.publish(LoginRequested(self._board.now(), tuple(slot.name for slot in allowed)))
        progress = _Progress(epoch=await self._epochs.next_epoch())
        async with self._route.session() as session:
            await self._all(allowed, session, progress, after_token)

    async def _allowed(self, slots: Sequence[ApiSlot]) -> list[ApiSlot]:
        """Those whose person may sign in, by what is on record at this moment; the others fail."""
        # Another process may have met a throttling since this one looked, or died in a sign-in.
        await self._cooldowns.restore(alone=True)
        await self._guard.look(slot.identity for slot in slots)
        allowed = []
        for slot in slots:
            failure = self._guard.failure_for(slot.identity)
            if failure is None:
                allowed.append(slot)
            else:
                self._fail(slot, failure)
        return allowed

    async def _all(
        self, slots: Sequence[ApiSlot], session: LoginSession, progress: _Progress, after_token: AfterToken
    ) -> None:
        for slot in slots:
            await self._one(slot, session, progress, after_token, parked_before=False)
        for slot in tuple(progress.parked):
            await self._one(slot, session, progress, after_token, parked_before=True)

    async def _one(
        self,
        slot: ApiSlot,
        session: LoginSession,
        progress: _Progress,
        after_token: AfterToken,
        *,
        parked_before: bool,
    ) -> None:
        if slot.identity.key in progress.stopped:
            self._fail(slot, progress.stopped[slot.identity.key])
            return
        await self._log.at(slot)
        try:
            code = await self._code(slot, session, parked_before=parked_before)
        except SlotError as error:
            await to_the_end(self._note_failure(slot, error, progress))
            return
        if isinstance(code, Parked):
            progress.parked.append(slot)
        elif await to_the_end(self._redeemed(slot, code, progress)):
            await after_token(slot)

    async def _code(self, slot: ApiSlot, session: LoginSession, *, parked_before: bool) -> Secret | Parked:
        """Sign in for `slot`; a run that ends in the middle of it tells the guard before it goes."""
        desk = self._desks.for_slot(slot)
        sign_in = self._service.resume if parked_before else self._service.authorize
        try:
            return await sign_in(slot, session, desk)
        except SlotError:
            raise  # where it is told, its consequences are drawn
        except BaseException as error:
            await to_the_end(self._guard.failed(slot.identity, _cut_off_by(error)))
            raise

    async def _redeemed(self, slot: ApiSlot, code: Secret, progress: _Progress) -> bool:
        """Whether the code became a durable token; otherwise the failure has had its consequences."""
        await self._guard.succeeded(slot.identity)
        try:
            await self._service.redeem(slot, code, progress.epoch)
        except SlotError as error:
            await self._note_failure(slot, error, progress)
            return False
        await self._log.at(None)
        return True

    async def _note_failure(self, slot: ApiSlot, error: FailureError, progress: _Progress) -> None:
        """Show the failure and draw its consequences for the identity and the run."""
        self._fail(slot, error.failure)
        await self._guard.failed(slot.identity, error.failure)
        if error.kind in ENDS_SIGN_IN or self._guard.failure_for(slot.identity) is not None:
            progress.stopped[slot.identity.key] = not_tried(slot.name, error.failure)
        if error.kind in ENDS_RUN:
            raise BrowserError(error.failure)

    def _fail(self, slot: ApiSlot, failure: Failure) -> None:
        self._board.publish(SlotFailed(self._board.now(), slot.name, failure))


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


def _cut_off_by(error: BaseException) -> Failure:
    """What the end of a run means for the sign-in that it cut off."""
    if isinstance(error, FailureError):
        return error.failure
    kind = FailureKind.DEFECT
    if isinstance(error, asyncio.CancelledError):
        kind = FailureKind.CANCELLED
    elif isinstance(error, StorageError):
        kind = FailureKind.STORAGE
    elif isinstance(error, LoginBusy):
        kind = FailureKind.LOGIN_BUSY
    return Failure(kind, "")
