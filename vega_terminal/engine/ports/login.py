"""The ways to a token: who drives the pages or asks for an approval, and who rules over it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeAlias

from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.ports.approval import Asked


@dataclass(frozen=True, slots=True)
class Parked:
    """The slot's tab shows a CAPTCHA and stays open until a person solved it."""

    slot: str


class NoOtp(Enum):
    """Why there is no one-time password."""

    DECLINED = "declined"
    NOBODY_ANSWERED = "nobody answered"


Harvest: TypeAlias = Secret | Parked | Asked
"""What a slot's login leads to: an authorization code, a CAPTCHA, or an approval that is waited for."""


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

    async def otp(self) -> Secret | NoOtp:
        """The one-time password, from the authenticator's seed or from the operator, or why there is none.

        Cancelling withdraws the question, for instance because the operator typed the OTP into the page by
        hand.

        Raises:
            SignInError: no OTP can be made now; the failure says why.
        """
        ...

    async def captcha(self) -> bool:
        """Call a person to the CAPTCHA; False when they give up, are not there, or the time is up.

        Cancelling withdraws the call, for instance because the page shows that it is solved.
        """
        ...


class LoginSession(Protocol):
    """One open browser, a listener for approvals, or both, during one run."""

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Harvest:
        """Lead `slot` through the broker's login to its code, or ask for its approval, as its route says.

        Slots that are approved on the phone may be asked for at the same time.

        Raises:
            SlotError: it did not lead there; nothing was tried a second time.
            BrowserError: the browser is gone; no other slot that needs it can go on.
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
        """Open the one browser of this run, or what else leads to tokens.

        Raises:
            BrowserError: on entering, when no browser can be started.
        """
        ...


class ApprovalSession(Protocol):
    """A listener for the answers to approvals, during one run. Without a page nothing is ever parked."""

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Asked:
        """Ask for the approval of `slot`; several slots may be asked for at the same time.

        Raises:
            SlotError: it cannot be asked for, or its answer could not be taken.
        """
        ...


class ApprovalRoute(Protocol):
    """Opens sessions; a session is closed, with its listener, when its block is left."""

    def session(self) -> AbstractAsyncContextManager[ApprovalSession]:
        """Open a session; nothing is listened for yet."""
        ...


class LoginLease(Protocol):
    """The machine-wide right to drive a browser."""

    def hold(self, on_wait: Callable[[str], None]) -> AbstractAsyncContextManager[bool]:
        """Hold the lease for the block; yields whether it had to be waited for.

        Args:
            on_wait: called once when somebody else holds it, with that one in words, such as
                `process 4711, since 08:51:02 IST`.

        Raises:
            LoginBusy: it was not free within the waiting time.
        """
        ...

    def hold_if_free(self) -> AbstractAsyncContextManager[bool]:
        """Hold the lease for the block if nobody else does; yields whether it is held. Never waits.

        Raises:
            StorageError: the lease cannot be taken by anybody.
        """
        ...
