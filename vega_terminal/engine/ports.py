"""What the engine needs from the outside, as Protocols; adapters live outside of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vega_terminal.domain.decision import TokenDecisionReport
from vega_terminal.domain.events import LoginStep
from vega_terminal.domain.market import Funds, MarketSession, Position, Profile
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity
from vega_terminal.domain.status import Cooldown
from vega_terminal.domain.token import AccessToken, IssuedToken

# --- the broker's API -----------------------------------------------------------------------------


class ProfileProbe(Protocol):
    """The one authenticated call that proves a token."""

    async def profile(self, token: Secret, *, timeout: float) -> Profile:
        """Ask for the profile with `token`, within `timeout` seconds.

        Raises:
            BrokerError: with TOKEN_REFUSED only for the broker's clear 401; with another kind when
                nothing can be said about the token.
        """
        ...


class Broker(ProfileProbe, Protocol):
    """The broker's documented API as far as logging in needs it."""

    def authorization_url(self, slot: ApiSlot, state: Secret) -> str:
        """The address of the authorization dialog for `slot` with the random `state`."""
        ...

    async def exchange(self, slot: ApiSlot, code: Secret) -> IssuedToken:
        """Exchange the single-use `code`, exactly once.

        Raises:
            BrokerError: the code is burnt, whatever the kind; it is never sent again.
        """
        ...


class MarketData(Protocol):
    """What the dashboard asks the broker. Every method raises BrokerError."""

    async def profile(self, token: Secret, *, timeout: float) -> Profile:
        """Whose account it is."""
        ...

    async def market_sessions(self, token: Secret) -> tuple[MarketSession, ...]:
        """The session of each exchange of interest."""
        ...

    async def funds(self, token: Secret) -> Funds:
        """Available and used margin; the broker closes this at night (423)."""
        ...

    async def positions(self, token: Secret) -> tuple[Position, ...]:
        """The day's positions."""
        ...


# --- the way to an authorization code -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Parked:
    """The slot's tab shows a CAPTCHA and stays open until a person solved it."""

    slot: str


class LoginDesk(Protocol):
    """The engine's side of one slot's login: the page is driven elsewhere, the rules are asked here."""

    @property
    def person_timeout(self) -> float:
        """Seconds that a person gets for a step only they can do; 0 when nobody is there."""
        ...

    def report(self, step: LoginStep) -> None:
        """Tell where the login stands."""
        ...

    async def clear_to_sign_in(self) -> None:
        """Wait until a sign-in of this identity is allowed; called before the first click that counts.

        Raises:
            SignInError: it is not allowed now (a cooldown, or nobody can give the OTP).
        """
        ...

    async def otp(self) -> Secret | None:
        """The one-time password, from the authenticator's seed or from the operator.

        None when nobody gave one in time. Cancelling withdraws the question, for instance because
        the operator typed the OTP into the page by hand.
        """
        ...

    async def captcha(self) -> bool:
        """Call a person to the CAPTCHA; False when they give up, are not there, or the time is up.

        Cancelling withdraws the call, for instance because the page shows that it is solved.
        """
        ...


class LoginSession(Protocol):
    """One open browser (or another route) during one run."""

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Secret | Parked:
        """Lead `slot` through the broker's login to its authorization code.

        Raises:
            SignInError: the login page did not lead to a code; nothing was tried a second time.
            BrowserError: the browser is gone; no other slot can go on.
        """
        ...

    async def resume(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
        """Go back to a parked slot: wait for the person, then go on as `authorize` does.

        Raises:
            SignInError: among others with CAPTCHA_UNSOLVED, when the time was up or the person gave up.
            BrowserError: the browser is gone.
        """
        ...


class LoginRoute(Protocol):
    """Opens sessions; a session is closed, with every process it started, when its block is left."""

    def session(self) -> AbstractAsyncContextManager[LoginSession]:
        """Open the one browser of this run.

        Raises:
            BrowserError: on entering, when no browser can be started.
        """
        ...


class LoginLease(Protocol):
    """The machine-wide right to drive a browser."""

    def hold(self, on_wait: Callable[[], None]) -> AbstractAsyncContextManager[bool]:
        """Hold the lease for the block; yields whether it had to be waited for.

        Args:
            on_wait: called once when somebody else holds it.

        Raises:
            LoginBusy: it was not free within the waiting time.
        """
        ...


# --- what is kept ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token as found in the database, with what was last known of it."""

    token: AccessToken
    checked_at: datetime | None
    refused: bool


class TokenStore(Protocol):
    """The single source of truth. Every method raises StorageError when the database cannot be used."""

    async def load(self, slots: Sequence[ApiSlot]) -> Mapping[str, StoredToken]:
        """The stored token of each slot that has one; a token of another client id is none."""
        ...

    async def save(self, token: AccessToken) -> bool:
        """Store at once, in one statement; False when the database holds one of a higher epoch."""
        ...

    async def record_verdict(self, token: AccessToken, *, refused: bool, at: datetime) -> None:
        """Remember the broker's clear answer about this very token."""
        ...

    async def next_epoch(self) -> int:
        """A number higher than any before, for one login."""
        ...


class CooldownStore(Protocol):
    """Cooldowns survive the process."""

    async def load_cooldowns(self) -> Sequence[Cooldown]:
        """Every cooldown on record, also those that are over."""
        ...

    async def save_cooldown(self, cooldown: Cooldown) -> None:
        """Record or replace the cooldown of its identity."""
        ...

    async def clear_cooldown(self, identity: str) -> None:
        """Forget the cooldown of an identity."""
        ...


@dataclass(frozen=True, slots=True)
class SignInRecord:
    """What is known of an identity's sign-ins.

    Attributes:
        last_sign_in: when the last sign-in began, UTC.
        last_otp_step: the authenticator's time-step (30 s since the epoch) last used.
    """

    last_sign_in: datetime | None = None
    last_otp_step: int | None = None


class SignInLedger(Protocol):
    """Remembers sign-ins across processes, so that nothing is used or tried twice."""

    async def sign_in_record(self, identity: str) -> SignInRecord:
        """What is on record for an identity; an empty record for a new one."""
        ...

    async def record_sign_in(self, identity: str, at: datetime) -> None:
        """Record that a sign-in begins now, before the first click."""
        ...

    async def claim_otp_step(self, identity: str, step: int) -> bool:
        """Record that the OTP of `step` is used; False when that step or a later one already was."""
        ...


# --- people ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DecisionPrompt:
    """What would be generated, for the operator to confirm or change.

    Attributes:
        report: the verdicts behind the question.
        preselected: what the default action would generate.
        timeout: seconds until the default is taken; None waits.
    """

    report: TokenDecisionReport
    preselected: tuple[str, ...]
    timeout: float | None


@dataclass(frozen=True, slots=True)
class OtpPrompt:
    """The broker sent or expects a six-digit one-time password.

    Attributes:
        slot: for which slot the page waits.
        identity: whose phone or authenticator it is.
        timeout: seconds until the wait ends.
    """

    slot: str
    identity: LoginIdentity
    timeout: float


@dataclass(frozen=True, slots=True)
class CaptchaPrompt:
    """A person has to solve a CAPTCHA in the browser window; the prompt only calls and shows the deadline."""

    slot: str
    timeout: float


class OperatorPrompts(Protocol):
    """Asks whoever is there. Cancelling an `ask` withdraws the question."""

    @property
    def available(self) -> bool:
        """Whether anybody can answer at all."""
        ...

    async def decide(self, prompt: DecisionPrompt) -> tuple[str, ...] | None:
        """The slots to generate; None when nobody answered in time."""
        ...

    async def otp(self, prompt: OtpPrompt) -> Secret | None:
        """The six digits; None when nobody answered in time or the operator declined."""
        ...

    async def captcha(self, prompt: CaptchaPrompt) -> bool:
        """True when the operator says that it is solved, False when they give up or the time is up."""
        ...
