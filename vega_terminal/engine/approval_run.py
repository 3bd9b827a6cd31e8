"""The part of a run that is approved on the phone: each slot asks once and waits for its own answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, TypeAlias

from vega_terminal.domain.errors import SlotError
from vega_terminal.domain.events import SlotFailed, StepReached
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import IST
from vega_terminal.engine.defects import defect
from vega_terminal.engine.desk import DeskFactory
from vega_terminal.engine.execution_log import ExecutionLog
from vega_terminal.engine.generation import TokenGenerationService
from vega_terminal.engine.outcome import fail_unfinished
from vega_terminal.engine.ports import Asked, LoginSession, Parked, Remark, TokenOffer
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.engine.status_board import StatusBoard

AfterToken: TypeAlias = Callable[[ApiSlot], Awaitable[None]]

MOST_REMARKS: Final = 5
"""Told of one slot's wait: whoever knows the address could fill the message list otherwise."""


class ApprovalRun:
    """Generates slots by approval. No page is opened, so neither cooldowns nor counted sign-ins apply."""

    def __init__(
        self, service: TokenGenerationService, desks: DeskFactory, log: ExecutionLog, board: StatusBoard
    ) -> None:
        self._service = service
        self._desks = desks
        self._log = log
        self._board = board

    async def one(self, slot: ApiSlot, session: LoginSession, epoch: int, after_token: AfterToken) -> None:
        """Ask for `slot` once and wait for its token; what comes of it is told in events.

        Only cancelling ends it early; the others are not touched by how it ends.
        """
        try:
            await self._generate(slot, session, epoch)
            await self._log.progressed()
            await after_token(slot)
        except SlotError as error:
            self._board.publish(SlotFailed(self._board.now(), slot.name, error.failure))
        except Exception as error:  # noqa: BLE001  a defect here must not cost the other slots
            fail_unfinished([slot], self._board, defect(error))

    async def _generate(self, slot: ApiSlot, session: LoginSession, epoch: int) -> None:
        """Lead `slot` to a stored token.

        Raises:
            SlotError: it got none; the failure says why.
        """
        asked = await self._service.authorize(slot, session, self._desks.for_slot(slot))
        if isinstance(asked, Secret | Parked):
            raise TypeError("A slot that is approved on the phone was led through pages.")
        try:
            await self._answered(slot, asked, epoch)
        finally:
            await to_the_end(asked.close(done=False))

    async def _answered(self, slot: ApiSlot, asked: Asked, epoch: int) -> None:
        remarks = _Remarks(slot, self._board)
        step = LoginStep.WAITING_APPROVAL
        self._board.publish(StepReached(self._board.now(), slot.name, step, asked.until))
        while (answer := await asked.answer()) is not None:
            if isinstance(answer, Remark):
                remarks.tell(answer.text)
                continue
            why_not = await to_the_end(self._accept(slot, asked, answer, epoch))
            if why_not is None:
                return
            remarks.tell(f"A token that was sent for it is not used. {why_not}")
        raise SlotError(not_approved(asked.until))

    async def _accept(self, slot: ApiSlot, asked: Asked, offer: TokenOffer, epoch: int) -> str | None:
        """Why an offered token is not the slot's; None when it is, and nothing is waited for any more."""
        why_not = await self._service.accept(slot, offer, epoch)
        if why_not is None:
            await asked.close(done=True)
        return why_not


class _Remarks:
    """Tells what came and was no answer, as long as it is worth reading."""

    def __init__(self, slot: ApiSlot, board: StatusBoard) -> None:
        self._slot = slot
        self._board = board
        self._number = 0

    def tell(self, text: str) -> None:
        self._number += 1
        if self._number <= MOST_REMARKS:
            self._board.say(f"{self._slot.name}: {text}")
        if self._number == MOST_REMARKS:
            self._board.say(f"{self._slot.name}: more of this kind is not told; the wait goes on.")


def not_approved(until: datetime) -> Failure:
    """Nothing that fits came before `until` (UTC)."""
    return Failure(
        FailureKind.NOT_APPROVED,
        f"No approval arrived by {until.astimezone(IST):%H:%M:%S} IST; after a refusal on the phone the"
        " broker sends nothing. Generate this slot again and approve it in the broker's app. If somebody did"
        " approve, the broker does not reach this machine: run `vega-auth doctor`.",
    )
