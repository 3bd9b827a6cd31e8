"""The rules of the sign-in page: mobile number, OTP, PIN, sessions, locks and the silent throttle."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vega_terminal.simulator.counts import Happening
from vega_terminal.simulator.knobs import Alert, ThrottleStep, Turnstile

if TYPE_CHECKING:
    from vega_terminal.simulator.clock import SimulatedClock
    from vega_terminal.simulator.counts import Counters
    from vega_terminal.simulator.faults import FaultBoard
    from vega_terminal.simulator.one_time_passwords import OneTimePasswords
    from vega_terminal.simulator.population import Identity, Population
    from vega_terminal.simulator.transactions import Transaction, TransactionBook


@dataclass(frozen=True, slots=True)
class Moved:
    """The page goes on to `step`. `sms` is what the trader's phone shows, when the page shows that, too."""

    step: str
    masked_mobile: str | None = None
    sms: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The page stays and shows an alert."""

    alert: Alert


@dataclass(frozen=True, slots=True)
class Stalled:
    """The page stays and says nothing: the silent throttle."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The sign-in is complete; the browser gets a session and goes on to the redirect."""

    session_id: str


Outcome = Moved | Refused | Stalled | SignedIn


class SignInDesk:
    """Decides what each press on the sign-in page leads to."""

    def __init__(
        self,
        population: Population,
        clock: SimulatedClock,
        faults: FaultBoard,
        counters: Counters,
        transactions: TransactionBook,
        passwords: OneTimePasswords,
    ) -> None:
        self._population = population
        self._clock = clock
        self._faults = faults
        self._counters = counters
        self._transactions = transactions
        self._passwords = passwords
        self._pin_failures: dict[str, int] = {}
        self._last_success: dict[str, float] = {}
        self._sessions: dict[str, Identity] = {}

    def request_otp(self, transaction: Transaction, mobile: str) -> Outcome:
        """The button to get an OTP was pressed, or the one to resend it."""
        identity = self._population.by_mobile.get(mobile)
        self._counters.note(Happening.OTP_REQUEST, transaction.app, identity)
        if transaction.challenged and not transaction.solved:
            return Refused(Alert.UNSOLVED)
        if identity is None:
            return Refused(Alert.UNKNOWN_MOBILE)
        sms = self._passwords.send(identity)
        if sms is None:
            self._counters.note(Happening.OTP_REFUSED, transaction.app, identity)
            return Refused(Alert.OTP_LIMIT)
        transaction.identity, transaction.otp_passed = identity, False
        self._transactions.touch(transaction)
        return Moved("otp", f"******{mobile[-4:]}", sms if self._faults.knobs.sms_box else None)

    def submit_otp(self, transaction: Transaction, otp: str) -> Outcome:
        """An OTP was submitted."""
        identity = transaction.identity
        if identity is None:
            return Refused(Alert.STALE)
        self._transactions.touch(transaction)
        right = self._passwords.accept(identity, otp)
        self._counters.note(Happening.OTP_RIGHT if right else Happening.OTP_WRONG, transaction.app, identity)
        if not right:
            return Refused(Alert.WRONG_OTP)
        if self._throttled(identity, ThrottleStep.OTP):
            return self._stall(transaction)
        transaction.otp_passed = True
        return Moved("pin")

    def submit_pin(self, transaction: Transaction, pin: str) -> Outcome:
        """A PIN was submitted."""
        identity = transaction.identity
        if identity is None or not transaction.otp_passed:
            return Refused(Alert.STALE)
        self._transactions.touch(transaction)
        right = hmac.compare_digest(self._pin_of(identity).encode(), pin.encode())
        self._counters.note(Happening.PIN_RIGHT if right else Happening.PIN_WRONG, transaction.app, identity)
        if self.is_blocked(identity):
            return Refused(Alert.BLOCKED)
        if not right:
            return self._wrong_pin(identity)
        if self._throttled(identity, ThrottleStep.PIN):
            return self._stall(transaction)
        return self._complete(transaction, identity)

    def pass_on_session(self, session_id: str | None, transaction: Transaction) -> bool:
        """Pass a transaction on a session of its app's own customer; whether that was possible.

        An app with a challenge of its own always gets the sign-in page.
        """
        identity, knobs = self._sessions.get(session_id or ""), self._faults.knobs
        challenged = knobs.turnstile_by_app.get(transaction.app.name, Turnstile.OFF) is not Turnstile.OFF
        if identity != transaction.app.identity or challenged or not knobs.session_carried:
            return False
        transaction.identity = identity
        transaction.grant = secrets.token_urlsafe(12)
        self._counters.note(Happening.SESSION_USED, transaction.app, identity)
        return True

    def is_blocked(self, identity: Identity) -> bool:
        """Whether too many wrong PINs blocked the account."""
        return self._pin_failures.get(identity.user_id, 0) >= self._faults.knobs.pin_attempts

    def unblock(self, identity: Identity) -> None:
        """What "Forgot PIN" with PAN and OTP does at the real broker."""
        self._pin_failures.pop(identity.user_id, None)

    def end_sessions(self) -> None:
        """Forget every signed-in browser."""
        self._sessions.clear()

    def _pin_of(self, identity: Identity) -> str:
        if self._faults.knobs.pin_changed:
            return f"{(int(identity.pin) + 1) % 10**6:06d}"
        return identity.pin

    def _wrong_pin(self, identity: Identity) -> Refused:
        failures = self._pin_failures.get(identity.user_id, 0) + 1
        self._pin_failures[identity.user_id] = failures
        return Refused(Alert.BLOCKED if self.is_blocked(identity) else Alert.WRONG_PIN)

    def _throttled(self, identity: Identity, step: ThrottleStep) -> bool:
        knobs = self._faults.knobs
        last = self._last_success.get(identity.user_id)
        return (
            knobs.throttle_step is step and last is not None and self._clock.epoch() - last < knobs.throttle_s
        )

    def _stall(self, transaction: Transaction) -> Stalled:
        self._counters.note(Happening.STALL, transaction.app, transaction.identity)
        return Stalled()

    def _complete(self, transaction: Transaction, identity: Identity) -> SignedIn:
        self._pin_failures.pop(identity.user_id, None)
        self._last_success[identity.user_id] = self._clock.epoch()
        session_id = secrets.token_urlsafe(18)
        self._sessions[session_id] = identity
        transaction.grant = secrets.token_urlsafe(12)
        self._transactions.leave(transaction)
        self._counters.note(Happening.LOGIN, transaction.app, identity)
        return SignedIn(session_id)
