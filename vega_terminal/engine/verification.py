"""Verification: time rule and profile call combined, all slots at once, each with its own time-out."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from vega_terminal.domain.decision import TokenCheckResult, TokenDecisionReport
from vega_terminal.domain.errors import BrokerError, StorageError
from vega_terminal.domain.events import SlotVerified, VerificationStarted
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken, Verdict
from vega_terminal.engine.defects import defect
from vega_terminal.engine.ports import ProfileProbe, StoredToken, TokenStore
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.stored import publish_token


class TokenValidityService:
    """What can be said of a stored token without asking anybody (03:30 IST rule)."""

    def judge(self, slot: ApiSlot, stored: StoredToken | None, now: datetime) -> TokenCheckResult | None:
        """MISSING or EXPIRED when time alone decides; None when the broker must be asked."""
        if stored is None:
            return TokenCheckResult(slot.name, Verdict.MISSING)
        if stored.token.is_expired(now):
            return TokenCheckResult(slot.name, Verdict.EXPIRED)
        return None


class ProfileVerificationService:
    """Asks the broker for the profile with a token and turns the answer into a verdict."""

    def __init__(self, probe: ProfileProbe, timeout: float) -> None:
        self._probe = probe
        self._timeout = timeout

    async def check(self, token: AccessToken) -> TokenCheckResult:
        """Return VALID, INVALID after a clear refusal, or UNKNOWN with the reason; never raises."""
        try:
            profile = await self._probe.profile(token.value, timeout=self._timeout)
        except BrokerError as error:
            refused = error.kind is FailureKind.TOKEN_REFUSED
            verdict = Verdict.INVALID if refused else Verdict.UNKNOWN
            return TokenCheckResult(token.slot, verdict, error.failure)
        except Exception as error:  # noqa: BLE001  a defect must not cost the other slots, nor a new token
            return TokenCheckResult(token.slot, Verdict.UNKNOWN, defect(error))
        if profile.user_id != token.user_id:
            failure = wrong_user(token.slot, belongs_to=token.user_id, answered=profile.user_id)
            return TokenCheckResult(token.slot, Verdict.UNKNOWN, failure)
        return TokenCheckResult(token.slot, Verdict.VALID)


def wrong_user(slot: str, *, belongs_to: str | None, answered: str) -> Failure:
    """The failure of a token that answers for somebody else than it was issued to."""
    return Failure(
        FailureKind.WRONG_USER,
        f"{slot}: the broker answered for user {answered}, but this app belongs to {belongs_to}. Nothing is"
        " done with the token. Check which account the app belongs to, then generate this slot again.",
    )


class Verification:
    """Loads what is durable and gives every slot a verdict."""

    def __init__(
        self,
        shelf: TokenShelf,
        store: TokenStore,
        profiles: ProfileVerificationService,
        registry: HotTokenRegistry,
        board: StatusBoard,
    ) -> None:
        self._shelf = shelf
        self._store = store
        self._validity = TokenValidityService()
        self._profiles = profiles
        self._registry = registry
        self._board = board
        self._turn = asyncio.Lock()
        self._seen: dict[str, AccessToken] = {}

    async def verify(self, slots: Sequence[ApiSlot]) -> TokenDecisionReport:
        """Verify all `slots` at once; each verdict is published the moment it is known.

        A second caller waits for the first, so that no late answer about an old token is told of a new one.

        Raises:
            StorageError: the stored tokens cannot be read; nothing can be said about any slot.
        """
        async with self._turn:
            self._board.publish(VerificationStarted(self._board.now(), tuple(slot.name for slot in slots)))
            stored = await self._shelf.load(slots)
            self._seen = _tokens(stored)
            for entry in stored.values():  # another process may have stored them
                publish_token(entry, self._board)
            checks = await asyncio.gather(*(self._verify_one(slot, stored.get(slot.name)) for slot in slots))
            await self._remember(stored.values(), {check.slot: check for check in checks})
            return TokenDecisionReport(tuple(checks))

    async def is_outdated(self, slots: Sequence[ApiSlot]) -> bool:
        """Whether others than the tokens verified last are stored by now: somebody else has logged in.

        Raises:
            StorageError: the stored tokens cannot be read.
        """
        return _tokens(await self._shelf.load(slots)) != self._seen

    async def _verify_one(self, slot: ApiSlot, stored: StoredToken | None) -> TokenCheckResult:
        check = self._validity.judge(slot, stored, self._board.now())
        if check is None and stored is not None:
            check = await self._profiles.check(stored.token)
            self._keep_hot(stored.token, check.verdict)
        result = check or TokenCheckResult(slot.name, Verdict.MISSING)
        self._board.publish(SlotVerified(self._board.now(), slot.name, result.verdict, result.failure))
        return result

    def _keep_hot(self, token: AccessToken, verdict: Verdict) -> None:
        if verdict is Verdict.VALID:
            self._registry.put(token)
        elif verdict is Verdict.INVALID:
            self._registry.drop(token)

    async def _remember(
        self, stored: Collection[StoredToken], checks: Mapping[str, TokenCheckResult]
    ) -> None:
        """Write the clear answers down; a database that cannot take them costs nothing but the note."""
        clear = {Verdict.VALID: False, Verdict.INVALID: True}
        verdicts = {entry.token: checks[entry.token.slot].verdict for entry in stored if not entry.held}
        refused = {token: clear[verdict] for token, verdict in verdicts.items() if verdict in clear}
        try:
            await self._store.record_verdicts(refused, self._board.now())
        except StorageError as error:
            self._board.say(f"The verdicts could not be noted in the database. {error}")


def _tokens(stored: Mapping[str, StoredToken]) -> dict[str, AccessToken]:
    return {slot: entry.token for slot, entry in stored.items()}
