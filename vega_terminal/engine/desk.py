"""The engine's side of one slot's login: what is allowed, who is asked, where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import SignInError
from vega_terminal.domain.events import StepReached
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.one_time_password import TotpSource
from vega_terminal.engine.ports import CaptchaPrompt, NoOtp, OperatorPrompts, OtpPrompt
from vega_terminal.engine.sign_in_guard import SignInGuard
from vega_terminal.engine.status_board import StatusBoard


@dataclass(frozen=True, slots=True)
class LoginRules:
    """How patient a login is. All in seconds.

    Attributes:
        person_timeout: what a person gets for a step only they can do (`UPSTOX_CAPTCHA_TIMEOUT_SEC`).
        spacing: least distance between two sign-ins of one identity (`UPSTOX_LOGIN_SPACING_SEC`).
        window_shown: whether the browser has a window that a person can see (`VEGA_HEADLESS`).
    """

    person_timeout: float = 180.0
    spacing: float = 0.0
    window_shown: bool = True


class DeskFactory:
    """Makes the desk of each slot of a run."""

    def __init__(
        self,
        rules: LoginRules,
        prompts: OperatorPrompts,
        guard: SignInGuard,
        board: StatusBoard,
        clock: Clock,
    ) -> None:
        self.rules = rules
        self.prompts = prompts
        self.guard = guard
        self.board = board
        self.clock = clock
        self.totp = TotpSource(guard.ledger, clock)

    def for_slot(self, slot: ApiSlot) -> SlotDesk:
        """The desk of one slot."""
        return SlotDesk(slot, self)


class SlotDesk:
    """Implements `LoginDesk` for one slot."""

    def __init__(self, slot: ApiSlot, office: DeskFactory) -> None:
        self._slot = slot
        self._office = office

    @property
    def person_timeout(self) -> float:
        """Seconds that a person gets for a step only they can do; 0 when nobody is there."""
        return self._office.rules.person_timeout if self._office.prompts.available else 0.0

    def report(self, step: LoginStep) -> None:
        """Tell where the login stands."""
        office = self._office
        office.board.publish(StepReached(office.board.now(), self._slot.name, step))

    async def clear_to_sign_in(self) -> None:
        """Refuse a sign-in that cannot succeed, keep the distance to the last one, record this one.

        Raises:
            SignInError: a cooldown runs, too many sign-ins failed, or nobody could give the OTP that the
                click would send.
            StorageError: it could not be recorded.
        """
        self._refuse_what_is_not_allowed()
        self._refuse_without_otp()
        await self._keep_distance()
        await self._office.guard.begin(self._slot)

    async def otp(self) -> Secret | NoOtp:
        """The one-time password, from the authenticator's seed or from the operator, or why there is none."""
        identity = self._slot.identity
        if identity.totp_secret is not None:
            return await self._office.totp.next(identity.key, identity.totp_secret)
        if not self._office.prompts.available:
            return NoOtp.NOBODY_ANSWERED
        prompt = OtpPrompt(self._slot.name, identity, self.person_timeout)
        too_late = self._office.clock.monotonic() + prompt.timeout
        otp = await self._office.prompts.otp(prompt)
        if otp is not None:
            return otp
        is_late = self._office.clock.monotonic() >= too_late
        return NoOtp.NOBODY_ANSWERED if is_late else NoOtp.DECLINED

    async def captcha(self) -> bool:
        """Call a person to the CAPTCHA; False when they give up, are not there, or the time is up."""
        if not self._office.prompts.available:
            return False
        shown = self._office.rules.window_shown
        return await self._office.prompts.captcha(CaptchaPrompt(self._slot.name, self.person_timeout, shown))

    def _refuse_what_is_not_allowed(self) -> None:
        failure = self._office.guard.failure_for(self._slot.identity)
        if failure is not None:
            raise SignInError(failure)

    def _refuse_without_otp(self) -> None:
        if self._slot.identity.totp_secret is None and not self._office.prompts.available:
            raise SignInError(
                Failure(
                    FailureKind.OTP_MISSING,
                    "The broker wants a one-time password and nobody is there to give it. No OTP was"
                    " requested. Set UPSTOX_TOTP_SECRET, or start the terminal and generate there.",
                )
            )

    async def _keep_distance(self) -> None:
        office = self._office
        record = await office.guard.ledger.sign_in_record(self._slot.identity.key)
        if record.last_sign_in is None:
            return
        wait = office.rules.spacing - (office.board.now() - record.last_sign_in).total_seconds()
        if 0 < wait <= office.rules.spacing:
            text = f"{self._slot.name}: waiting {wait:.0f} s, the set distance between two sign-ins."
            office.board.say(text)
            await office.clock.sleep(wait)
