"""Generation of one slot: sign in and exchange, or be sent a token; then hold, prove, persist."""

from __future__ import annotations

from vega_terminal.domain.decision import TokenCheckResult
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
from vega_terminal.engine.ports import Broker, Harvest, LoginDesk, LoginSession, Parked, TokenOffer
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
        self._turned_away: set[bytes] = set()

    async def authorize(self, slot: ApiSlot, session: LoginSession, desk: LoginDesk) -> Harvest:
        """Lead `slot` to its authorization code, to a CAPTCHA that parks it, or to the person on the phone.

        Raises:
            SlotError: this slot gets no token; the failure says why.
            BrowserError: no slot that needs the browser can go on.
        """
        self._board.publish(SlotStarted(self._board.now(), slot.name))
        harvest = await session.authorize(slot, desk)
        if isinstance(harvest, Parked):
            self._board.publish(SlotParked(self._board.now(), slot.name))
        return harvest

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
            await self._prove(slot, token)
        except SlotError as error:
            await self._persistence.let_go(token, sequence, str(error.failure))
            raise
        await self._keep(slot, token, sequence)

    async def accept(self, slot: ApiSlot, offer: TokenOffer, epoch: int) -> str | None:
        """Make a token that was sent the slot's: hold, prove, store; must not be cut in the middle.

        Nothing is told of the slot before the broker was asked: whoever knows the address can send a token.

        Returns:
            None when the slot has its token now; otherwise, in a sentence, why this one is none of its.

        Raises:
            SlotError: it is the slot's, but could be kept nowhere, or a newer login was faster.
        """
        token = AccessToken.from_issue(slot.name, slot.client_id, offer.issued, epoch)
        sequence, why_not = None, self._why_at_once(slot, token)
        if why_not is None:
            sequence = await self._persistence.shelter(token)
            if sequence is not None:
                offer.acknowledge()
            check = await self._profiles.check(token)
            if not _is_refused(check):
                await self._adopt(slot, token, sequence, check, offer)
                return None
            why_not = str(check.failure)
        await self._persistence.turn_away(sequence)
        self._turned_away.add(token.value.mark())
        offer.acknowledge()
        return why_not

    async def _adopt(
        self, slot: ApiSlot, token: AccessToken, held: int | None, check: TokenCheckResult, offer: TokenOffer
    ) -> None:
        """It is the slot's: tell it in the order in which an exchanged token is told, and keep it."""
        now = self._board.now()
        try:
            self._board.publish(TokenIssued(now, slot.name, token.issued_at, token.expires_at))
        finally:
            sequence = await self._adopted(token, held, offer)
        self._board.publish(SlotVerified(self._board.now(), slot.name, check.verdict, check.failure))
        await self._keep(slot, token, sequence)

    async def _adopted(self, token: AccessToken, held: int | None, offer: TokenOffer) -> int | None:
        """Make sure that it is durable, and let the sender know."""
        try:
            sequence = await self._persistence.adopt(token, held)
        except SlotError as error:
            (offer.decline if error.kind is FailureKind.STORAGE else offer.acknowledge)()
            raise
        offer.acknowledge()
        return sequence

    def _why_at_once(self, slot: ApiSlot, token: AccessToken) -> str | None:
        """What speaks against a token that was sent, without asking anybody."""
        if token.value.mark() in self._turned_away:
            return "It was sent and turned away before."
        if self._shelf.is_known(slot, token.value):
            return "It is the token that the slot has already, sent again."
        if token.is_expired(self._board.now()):
            return "It has expired."
        known = self._shelf.known_user(slot)
        if known not in (None, token.user_id):
            return str(wrong_user(slot.name, belongs_to=known, answered=token.user_id))
        return None

    async def _keep(self, slot: ApiSlot, token: AccessToken, sequence: int | None) -> None:
        self._step(slot, LoginStep.STORING)
        await self._persistence.keep(token, sequence)
        self._warn_of_odd_claim(token)
        self._board.publish(SlotFinished(self._board.now(), slot.name))

    def _refuse_stranger(self, slot: ApiSlot, token: AccessToken) -> None:
        """The account behind an app does not change; a token for another one is somebody else's login."""
        known = self._shelf.known_user(slot)
        if known not in (None, token.user_id):
            raise SlotError(wrong_user(slot.name, belongs_to=known, answered=token.user_id))

    async def _prove(self, slot: ApiSlot, token: AccessToken) -> None:
        """Ask the broker; only a clear refusal or a wrong user keeps the token from being stored."""
        self._step(slot, LoginStep.PROVING)
        check = await self._profiles.check(token)
        self._board.publish(SlotVerified(self._board.now(), slot.name, check.verdict, check.failure))
        if check.failure is not None and _is_refused(check):
            raise SlotError(check.failure)

    def _warn_of_odd_claim(self, token: AccessToken) -> None:
        if token.claim_disagrees:
            text = f"{token.slot}: the token's own expiry differs from 03:30 IST; the earlier one is used."
            self._board.say(text)

    def _step(self, slot: ApiSlot, step: LoginStep) -> None:
        self._board.publish(StepReached(self._board.now(), slot.name, step))


def _is_refused(check: TokenCheckResult) -> bool:
    """Whether the broker said clearly that the token is none, or another user's."""
    stranger = check.failure is not None and check.failure.kind is FailureKind.WRONG_USER
    return stranger or check.verdict is Verdict.INVALID


def not_tried(ended_at: str, failure: Failure) -> Failure:
    """The failure of a slot that was not tried because its identity's sign-in ended at another slot."""
    waits = failure.kind in STARTS_COOLDOWN
    what = "Waits for the cooldown" if waits else "Not tried"
    return Failure(failure.kind, f"{what}: the sign-in ended at {ended_at}.", failure.code)
