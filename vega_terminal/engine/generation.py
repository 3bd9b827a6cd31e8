"""Generation of one slot: sign in -> exchange -> hold -> prove -> persist."""

from __future__ import annotations

from vega_terminal.domain.errors import SlotError
from vega_terminal.domain.events import (
    SlotFinished,
    SlotParked,
    SlotStarted,
    SlotVerified,
    StepReached,
    TokenIssued,
)
from vega_terminal.domain.failure import STARTS_COOLDOWN, Failure, FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken, Verdict
from vega_terminal.engine.persistence import TokenPersistence
from vega_terminal.engine.ports import Broker, LoginDesk, LoginSession, Parked
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.verification import ProfileVerificationService, wrong_user


class TokenGenerationService:
    """Makes one slot's token within an open login session."""

    def __init__(
        self,
        broker: Broker,
        shelf: TokenShelf,
        profiles: ProfileVerificationService,
        persistence: TokenPersistence,
        board: StatusBoard,
    ) -> None:
        self._broker = broker
        self._shelf = shelf
        self._profiles = profiles
        self._persistence = persistence
        self._board = board

    async def authorize(self, slot: ApiSlot, session: LoginSession, desk: LoginDesk) -> Secret | Parked:
        """Lead `slot` to its authorization code, or to a CAPTCHA that parks it.

        Raises:
            SlotError: this slot gets no token; the failure says why.
            BrowserError: no slot can go on.
        """
        self._board.publish(SlotStarted(self._board.now(), slot.name))
        code = await session.authorize(slot, desk)
        if isinstance(code, Parked):
            self._board.publish(SlotParked(self._board.now(), slot.name))
        return code

    async def resume(self, slot: ApiSlot, session: LoginSession, desk: LoginDesk) -> Secret:
        """Go back to a parked slot and lead it to its code; raises as `authorize` does."""
        self._board.publish(SlotStarted(self._board.now(), slot.name))
        return await session.resume(slot, desk)

    async def redeem(self, slot: ApiSlot, code: Secret, epoch: int) -> None:
        """Turn the single-use code into a stored token; must not be cut in the middle.

        Raises:
            SlotError: this slot gets no token; the failure says why.
        """
        self._step(slot, LoginStep.EXCHANGING)
        issued = await self._broker.exchange(slot, code)
        token = AccessToken.from_issue(slot.name, slot.client_id, issued, epoch)
        try:
            self._board.publish(TokenIssued(issued.issued_at, slot.name, token.issued_at, token.expires_at))
        finally:
            # Also when a listener fails at the news: the code is spent, and this token is all there is.
            sequence = await self._persistence.hold(token)
        try:
            self._refuse_stranger(slot, token)
            await self._prove(token)
        except SlotError as error:
            await self._persistence.let_go(token, sequence, str(error.failure))
            raise
        self._step(slot, LoginStep.STORING)
        await self._persistence.keep(token, sequence)
        self._warn_of_odd_claim(token)
        self._board.publish(SlotFinished(self._board.now(), slot.name))

    def _refuse_stranger(self, slot: ApiSlot, token: AccessToken) -> None:
        """The account behind an app does not change; a token for another one is somebody else's login."""
        known = self._shelf.known_user(slot)
        if known not in (None, token.user_id):
            raise SlotError(wrong_user(slot.name, belongs_to=known, answered=token.user_id))

    async def _prove(self, token: AccessToken) -> None:
        """Ask the broker; only a clear refusal or a wrong user keeps the token from being stored."""
        self._step_by_name(token.slot, LoginStep.PROVING)
        check = await self._profiles.check(token)
        self._board.publish(SlotVerified(self._board.now(), token.slot, check.verdict, check.failure))
        refused = check.verdict is Verdict.INVALID
        stranger = check.failure is not None and check.failure.kind is FailureKind.WRONG_USER
        if check.failure is not None and (refused or stranger):
            raise SlotError(check.failure)

    def _warn_of_odd_claim(self, token: AccessToken) -> None:
        if token.claim_disagrees:
            text = f"{token.slot}: the token's own expiry differs from 03:30 IST; the earlier one is used."
            self._board.say(text)

    def _step(self, slot: ApiSlot, step: LoginStep) -> None:
        self._step_by_name(slot.name, step)

    def _step_by_name(self, slot: str, step: LoginStep) -> None:
        self._board.publish(StepReached(self._board.now(), slot, step))


def not_tried(ended_at: str, failure: Failure) -> Failure:
    """The failure of a slot that was not tried because its identity's sign-in ended at another slot."""
    waits = failure.kind in STARTS_COOLDOWN
    what = "Waits for the cooldown" if waits else "Not tried"
    return Failure(failure.kind, f"{what}: the sign-in ended at {ended_at}.", failure.code)
