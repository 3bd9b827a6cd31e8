"""Counts sign-ins, and stands before each: the broker blocks an account after five that failed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

from vega_terminal.domain.errors import SignInError, StorageError
from vega_terminal.domain.events import SignInBegun, SignInsRearmed
from vega_terminal.domain.failure import STARTS_COOLDOWN, Failure, FailureKind
from vega_terminal.domain.slots import ApiSlot, LoginIdentity
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.ports import SignInLedger, SignInOutcome
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.engine.status_board import StatusBoard

MOST_FAILURES: Final = 4
"""One short of the five after which the broker blocks the account (its help centre, article 248675)."""

UNCLEAR: Final = frozenset({FailureKind.BROWSER_CRASHED, FailureKind.NETWORK, FailureKind.DEFECT})
"""Ends that leave open what the broker made of the sign-in: a cooldown follows, to be safe."""

COUNTED: Final = (
    UNCLEAR
    | STARTS_COOLDOWN
    | {
        FailureKind.OTP_REJECTED,
        FailureKind.PIN_REJECTED,
        FailureKind.MOBILE_REJECTED,
        FailureKind.UNKNOWN_PAGE,
    }
)
"""Ends that the broker may have counted as a failure. All others are taken back."""


class SignInGuard:
    """Lets a sign-in begin, and draws the consequences of its end.

    Attributes:
        ledger: where sign-ins are counted.
        before_click: awaited when everything is written down, for instance until the audit trail is, too.
    """

    def __init__(self, ledger: SignInLedger, cooldowns: CooldownManager, board: StatusBoard) -> None:
        self.ledger = ledger
        self._cooldowns = cooldowns
        self._board = board
        self._under_way: dict[str, LoginIdentity] = {}
        self._failures: dict[str, int] = {}
        self.before_click: Callable[[], Awaitable[object]] = _nothing

    async def look(self, identities: Iterable[LoginIdentity]) -> None:
        """Read the counts anew: another process may have signed in, or a person re-armed.

        Raises:
            StorageError: they cannot be read, so nobody knows whether a sign-in is allowed.
        """
        for key in {identity.key for identity in identities}:
            self._failures[key] = (await self.ledger.sign_in_record(key)).failures

    def failures(self) -> Mapping[str, int]:
        """Failed sign-ins in a row by identity, as of the last look."""
        return dict(self._failures)

    def is_spent(self, identity: LoginIdentity) -> bool:
        """Whether, by the last look, one more failure might have the account blocked."""
        return self._failures.get(identity.key, 0) >= MOST_FAILURES

    def failure_for(self, identity: LoginIdentity) -> Failure | None:
        """Why this identity may not sign in now, by the last look; None when it may."""
        in_cooldown = self._cooldowns.failure_for(identity)
        if in_cooldown is not None or not self.is_spent(identity):
            return in_cooldown
        return Failure(FailureKind.SIGN_INS_SPENT, spent_in_words(identity))

    async def begin(self, slot: ApiSlot) -> None:
        """Write down that a sign-in of the slot's identity begins; both records are durable on return.

        Raises:
            SignInError: it is not allowed now.
            LoginBusy: `before_click` found that it is somebody else's turn.
            StorageError: it cannot be written down, so the click must not be made.
        """
        identity = slot.identity
        if identity.key in self._under_way:
            # It stopped before its click went through, at a CAPTCHA, and is taken up again.
            await self.conclude(identity, FailureKind.CAPTCHA_UNSOLVED)
        await self.look([identity])
        failure = self.failure_for(identity)
        if failure is not None:
            raise SignInError(failure)
        await to_the_end(self._write_down(identity))
        self._board.publish(SignInBegun(self._board.now(), slot.name, identity.key, identity.label))
        try:
            await self.before_click()
        except BaseException:
            await to_the_end(self.conclude(identity, FailureKind.CANCELLED))  # nothing was clicked
            raise

    async def succeeded(self, identity: LoginIdentity) -> None:
        """There is an authorization code: every failure before it is forgotten."""
        await self._conclude(identity, SignInOutcome.SUCCEEDED)

    async def failed(self, identity: LoginIdentity, failure: Failure) -> None:
        """A login ended with `failure`: start the cooldown that it calls for, and count it if it counts."""
        under_way = identity.key in self._under_way
        if failure.kind in STARTS_COOLDOWN:
            await self._cooldowns.start(identity, failure)
        elif under_way and failure.kind in UNCLEAR:
            await self._cooldowns.start(identity, _unclear(identity, failure))
        await self.conclude(identity, failure.kind)

    async def conclude(self, identity: LoginIdentity, kind: FailureKind) -> None:
        """Note how the sign-in under way ended, if there is one."""
        counted = kind in COUNTED
        await self._conclude(identity, SignInOutcome.FAILED if counted else SignInOutcome.NOT_COUNTED)

    async def conclude_all(self) -> None:
        """The run is over: a sign-in that still waits at a CAPTCHA does not come back."""
        for identity in tuple(self._under_way.values()):
            await self.conclude(identity, FailureKind.CAPTCHA_UNSOLVED)

    async def rearm(self, identity: LoginIdentity, by: str) -> None:
        """A person checked the credentials and allows sign-ins again; `by` names them for the record.

        Raises:
            StorageError: it could not be noted; nothing has changed.
        """
        await self.ledger.rearm(identity.key)
        self._failures[identity.key] = 0
        self._board.publish(SignInsRearmed(self._board.now(), identity.key, identity.label, by))

    async def _write_down(self, identity: LoginIdentity) -> None:
        await self._cooldowns.brace(identity)
        try:
            await self.ledger.record_sign_in(identity.key, self._board.now())
        except StorageError:
            await self._cooldowns.relax(identity)
            raise
        self._under_way[identity.key] = identity
        self._failures[identity.key] = self._failures.get(identity.key, 0) + 1

    async def _conclude(self, identity: LoginIdentity, outcome: SignInOutcome) -> None:
        if self._under_way.pop(identity.key, None) is None:
            return
        try:
            await self.ledger.conclude_sign_in(identity.key, outcome)
        except StorageError as error:
            self._board.say(f"How the sign-in of {identity.label} ended could not be noted. {error}")
        await self._cooldowns.relax(identity)
        self._failures[identity.key] = _count_after(self._failures.get(identity.key, 0), outcome)
        if self.is_spent(identity):
            self._board.say(spent_in_words(identity))


def _count_after(failures: int, outcome: SignInOutcome) -> int:
    """What the ledger counts after a sign-in, which it had counted as a failure beforehand."""
    if outcome is SignInOutcome.SUCCEEDED:
        return 0
    return failures if outcome is SignInOutcome.FAILED else max(0, failures - 1)


def spent_in_words(identity: LoginIdentity) -> str:
    """What happened, what it means, and what to do."""
    return (
        f"{MOST_FAILURES} sign-ins of {identity.label} in a row did not succeed. The broker blocks the"
        " account at five, so nothing signs in any more. Check mobile number, PIN and authenticator; then"
        " run `vega-auth rearm` and verify the tokens."
    )


def _unclear(identity: LoginIdentity, failure: Failure) -> Failure:
    message = (
        f"The sign-in of {identity.label} was cut off ({failure.kind}); its outcome is unknown, and a second"
        " one too early fails silently."
    )
    return Failure(failure.kind, message)


async def _nothing() -> None:
    """Nobody has to be waited for."""
