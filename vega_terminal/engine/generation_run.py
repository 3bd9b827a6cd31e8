"""One run over the slots of a plan: one browser, PRIMARY first, every rule about going on or stopping."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from vega_terminal.domain.errors import BrowserError, FailureError, SlotError, StorageError
from vega_terminal.domain.events import LoginRequested, SlotFailed
from vega_terminal.domain.failure import ENDS_RUN, ENDS_SIGN_IN, STARTS_COOLDOWN, Failure, FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.desk import DeskFactory
from vega_terminal.engine.generation import TokenGenerationService, not_tried
from vega_terminal.engine.outcome import fail_unfinished
from vega_terminal.engine.ports import LoginRoute, LoginSession, Parked, TokenStore
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
        store: TokenStore,
        board: StatusBoard,
    ) -> None:
        self._route = route
        self._service = service
        self._desks = desks
        self._cooldowns = cooldowns
        self._store = store
        self._board = board

    async def run(self, slots: Sequence[ApiSlot], after_token: AfterToken) -> None:
        """Generate `slots`. What comes of each is told in events; nothing is raised for a failed login.

        Args:
            slots: in order of importance.
            after_token: awaited after each stored token, for instance to open the gate early.
        """
        if not slots:
            return
        try:
            # Another process may have met a throttling since this one looked.
            await self._cooldowns.restore()
            await self._in_one_browser(self._without_cooled(by_identity(slots)), after_token)
        except BrowserError as error:
            fail_unfinished(slots, self._board, error.failure)
        except StorageError as error:
            fail_unfinished(slots, self._board, Failure(FailureKind.STORAGE, str(error)))

    async def _in_one_browser(self, allowed: Sequence[ApiSlot], after_token: AfterToken) -> None:
        if not allowed:
            return
        self._board.publish(LoginRequested(self._board.now(), tuple(slot.name for slot in allowed)))
        progress = _Progress(epoch=await self._store.next_epoch())
        async with self._route.session() as session:
            await self._all(allowed, session, progress, after_token)

    def _without_cooled(self, slots: Sequence[ApiSlot]) -> list[ApiSlot]:
        allowed = []
        for slot in slots:
            failure = self._cooldowns.failure_for(slot.identity)
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
        desk = self._desks.for_slot(slot)
        sign_in = self._service.resume if parked_before else self._service.authorize
        try:
            code = await sign_in(slot, session, desk)
        except SlotError as error:
            await to_the_end(self._note_failure(slot, error, progress))
            return
        if isinstance(code, Parked):
            progress.parked.append(slot)
        elif await to_the_end(self._redeemed(slot, code, progress)):
            await after_token(slot)

    async def _redeemed(self, slot: ApiSlot, code: Secret, progress: _Progress) -> bool:
        """Whether the code became a stored token; otherwise the failure has had its consequences."""
        try:
            await self._service.redeem(slot, code, progress.epoch)
        except SlotError as error:
            await self._note_failure(slot, error, progress)
            return False
        return True

    async def _note_failure(self, slot: ApiSlot, error: FailureError, progress: _Progress) -> None:
        """Show the failure and draw its consequences for the identity and the run."""
        self._fail(slot, error.failure)
        if error.kind in ENDS_SIGN_IN:
            progress.stopped[slot.identity.key] = not_tried(slot.name, error.failure)
        if error.kind in STARTS_COOLDOWN:
            await self._cooldowns.start(slot.identity, error.failure)
        if error.kind in ENDS_RUN:
            raise BrowserError(error.failure)

    def _fail(self, slot: ApiSlot, failure: Failure) -> None:
        self._board.publish(SlotFailed(self._board.now(), slot.name, failure))


def by_identity(slots: Sequence[ApiSlot]) -> list[ApiSlot]:
    """Keep the order of importance, but let slots of one identity follow each other.

    One sign-in harvests every app of an identity; going back to an earlier identity would need a second
    sign-in, which the broker throttles.
    """
    groups: dict[str, list[ApiSlot]] = {}
    for slot in slots:
        groups.setdefault(slot.identity.key, []).append(slot)
    return [slot for group in groups.values() for slot in group]
