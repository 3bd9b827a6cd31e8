"""The part of a run that goes through the login page: one slot at a time, one browser, parked ones last."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from vega_terminal.domain.errors import BrowserError, FailureError, LoginBusy, SlotError, StorageError
from vega_terminal.domain.events import SlotFailed
from vega_terminal.domain.failure import ENDS_RUN, ENDS_SIGN_IN, Failure, FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.desk import DeskFactory
from vega_terminal.engine.execution_log import ExecutionLog
from vega_terminal.engine.generation import TokenGenerationService, not_tried
from vega_terminal.engine.ports import Harvest, LoginSession, Parked
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.engine.status_board import StatusBoard

AfterToken: TypeAlias = Callable[[ApiSlot], Awaitable[None]]


@dataclass(slots=True)
class _Progress:
    """What one run knows: who is parked, and whose sign-ins are over."""

    epoch: int
    parked: list[ApiSlot] = field(default_factory=list)
    stopped: dict[str, Failure] = field(default_factory=dict)


class CodeRun:
    """Generates slots through the pages, and draws the consequences of every failed sign-in."""

    def __init__(
        self, service: TokenGenerationService, desks: DeskFactory, log: ExecutionLog, board: StatusBoard
    ) -> None:
        self._service = service
        self._desks = desks
        self._guard = desks.guard
        self._log = log
        self._board = board

    async def all(
        self, slots: Sequence[ApiSlot], session: LoginSession, epoch: int, after_token: AfterToken
    ) -> None:
        """Generate `slots` in this order; the parked ones come back when the others are done.

        Raises:
            BrowserError: no other slot can go on.
            StorageError: a sign-in could not be recorded.
        """
        progress = _Progress(epoch)
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
            return _of_pages(await sign_in(slot, session, desk))
        except SlotError:
            raise  # where it is told, its consequences are drawn
        except BaseException as error:
            await to_the_end(self._guard.failed(slot.identity, cut_off_by(error)))
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


def _of_pages(harvest: Harvest) -> Secret | Parked:
    if isinstance(harvest, Secret | Parked):
        return harvest
    raise TypeError("A slot of the login page was asked for on the phone.")


def cut_off_by(error: BaseException) -> Failure:
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
