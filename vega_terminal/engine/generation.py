"""Generation of one slot: sign in -> exchange -> prove -> persist."""

from __future__ import annotations

from vega_terminal.domain.errors import SlotError
from vega_terminal.domain.events import (
    LoginStep,
    SlotFinished,
    SlotParked,
    SlotStarted,
    SlotVerified,
    StepReached,
    TokenIssued,
)
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken, IssuedToken, Verdict
from vega_terminal.engine.persistence import TokenPersistence
from vega_terminal.engine.ports import Broker, LoginDesk, LoginSession, Parked, TokenStore
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.verification import ProfileVerificationService, wrong_user


class TokenGenerationService:
    """Makes one slot's token within an open login session."""

    def __init__(
        self,
        broker: Broker,
        store: TokenStore,
        profiles: ProfileVerificationService,
        persistence: TokenPersistence,
        board: StatusBoard,
    ) -> None:
        self._broker = broker
        self._store = store
        self._profiles = profiles
        self._persistence = persistence
        self._board = board

    async def generate(self, slot: ApiSlot, session: LoginSession, desk: LoginDesk, epoch: int) -> bool:
        """Lead `slot` to a stored token; False when a CAPTCHA parked it.

        Raises:
            SlotError: this slot has no token; the failure says why.
            BrowserError: no slot can go on.
        """
        self._board.publish(SlotStarted(self._board.now(), slot.name))
        code = await session.authorize(slot, desk)
        if isinstance(code, Parked):
            self._board.publish(SlotParked(self._board.now(), slot.name))
            return False
        await to_the_end(self._finish(slot, code, epoch))
        return True

    async def resume(self, slot: ApiSlot, session: LoginSession, desk: LoginDesk, epoch: int) -> None:
        """Go back to a parked slot and lead it to a stored token; raises as `generate` does."""
        self._board.publish(SlotStarted(self._board.now(), slot.name))
        code = await session.resume(slot, desk)
        await to_the_end(self._finish(slot, code, epoch))

    async def _finish(self, slot: ApiSlot, code: Secret, epoch: int) -> None:
        """From the single-use code to the stored token; never cut in the middle."""
        self._step(slot, LoginStep.EXCHANGING)
        issued = await self._broker.exchange(slot, code)
        token = AccessToken.from_issue(slot.name, slot.client_id, issued, epoch)
        self._board.publish(TokenIssued(issued.issued_at, slot.name, token.issued_at, token.expires_at))
        await self._refuse_strangers(slot, issued)
        await self._prove(token)
        self._step(slot, LoginStep.STORING)
        await self._persistence.keep(token)
        self._warn_of_odd_claim(token)
        self._board.publish(SlotFinished(self._board.now(), slot.name))

    async def _refuse_strangers(self, slot: ApiSlot, issued: IssuedToken) -> None:
        """The account behind an app does not change; a token for another one is somebody else's login."""
        stored = (await self._store.load([slot])).get(slot.name)
        if stored is not None and stored.token.user_id != issued.user_id:
            raise SlotError(wrong_user(stored.token, issued.user_id))

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


def not_tried(failure: Failure) -> Failure:
    """The failure of a slot that was not tried because of what happened to another one."""
    return Failure(failure.kind, f"Not tried, because of what came before: {failure.message}", failure.code)
