"""One slot's walk through the login pages: look, do what this page wants once, look again."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from vega_terminal.browser import page as ids
from vega_terminal.browser import refusals
from vega_terminal.browser.login_page import LoginPage
from vega_terminal.browser.page import PageKind, PageView, is_broker_page
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.ports import LoginDesk, NoOtp, Parked

T = TypeVar("T")

OTP_SECONDS: Final = 90.0
"""An authenticator's OTP may have to wait for an unused time-step: up to two of 30 s, and some more."""


@dataclass(frozen=True, slots=True)
class WalkRules:
    """How long things may take, and where secrets may be typed.

    Attributes:
        api_base_url: the broker's API, which tells its domain.
        step_timeout: seconds for one step of the page (`UPSTOX_LOGIN_STEP_TIMEOUT_SEC`).
        challenge_grace: seconds in which a CAPTCHA may pass by itself before a person is called.
    """

    api_base_url: str
    step_timeout: float = 30.0
    challenge_grace: float = 5.0


class LoginWalk:
    """Leads one tab from the dialog to the redirect. Every step is taken once; nothing is tried twice."""

    def __init__(
        self, page: LoginPage, slot: ApiSlot, desk: LoginDesk, state: Secret, rules: WalkRules
    ) -> None:
        self.page = page
        self._slot = slot
        self._desk = desk
        self._state = state
        self._rules = rules
        self._done: set[PageKind] = set()

    @property
    def signed_in(self) -> bool:
        """Whether this walk went through a full sign-in."""
        return PageKind.PIN in self._done

    async def open(self, url: str) -> None:
        """Open the authorization dialog."""
        self._desk.report(LoginStep.OPENING_DIALOG)
        await self.page.open(url)

    async def go(self) -> Secret | Parked:
        """Walk on until there is a code or a CAPTCHA.

        Raises:
            SignInError: the pages lead nowhere, or not where they should.
        """
        while True:
            view = await self.page.settled(self._rules.step_timeout)
            outcome = await self._take(view)
            if outcome is not None:
                return outcome

    async def through_challenge(self, desk: LoginDesk) -> None:
        """Stand before the CAPTCHA with a person until it is solved; from now on `desk` is asked.

        Raises:
            SignInError: CAPTCHA_UNSOLVED.
        """
        self._desk = desk
        view = await self.page.settled(self._rules.step_timeout)
        if not _stopped_by_challenge(view):
            return
        self._desk.report(LoginStep.CAPTCHA)
        seconds = max(self._desk.person_timeout, self._rules.step_timeout)
        said, view = await self._ask_while_looking(self._desk.captcha(), _free_of_challenge, seconds)
        if said:
            view = await self.page.until(_free_of_challenge, self._rules.challenge_grace)
        if not _free_of_challenge(view):
            raise refusals.failed(FailureKind.CAPTCHA_UNSOLVED, view)

    # --- one page ---------------------------------------------------------------------------------

    async def _take(self, view: PageView) -> Secret | Parked | None:
        if view.kind is PageKind.REDIRECT_CODE:
            return self._code_of(view)
        if view.kind in (PageKind.MOBILE, PageKind.OTP, PageKind.PIN, PageKind.CONSENT):
            return await self._step(view)
        if view.kind is PageKind.CAPTCHA:
            return await self._challenged()
        raise refusals.for_page(view, signed_in=self.signed_in)

    async def _step(self, view: PageView) -> Parked | None:
        if not is_broker_page(view.url, self._rules.api_base_url):
            raise refusals.untrusted(view)
        if view.kind in self._done:
            raise refusals.failed(FailureKind.SIGN_IN_STALLED, view)
        steps = {
            PageKind.MOBILE: self._mobile,
            PageKind.OTP: self._otp,
            PageKind.PIN: self._pin,
            PageKind.CONSENT: self._consent,
        }
        parked = await steps[view.kind]()
        if parked is None:
            self._done.add(view.kind)
        return parked

    async def _challenged(self) -> Parked | None:
        view = await self.page.until(_free_of_challenge, self._rules.challenge_grace)
        return None if _free_of_challenge(view) else Parked(self._slot.name)

    async def _mobile(self) -> Parked | None:
        mobile = self._slot.identity.mobile
        if mobile is None:
            await self._desk.clear_to_sign_in()
            await self._by_hand(PageKind.MOBILE, LoginStep.WAITING_MOBILE)
            return None
        self._desk.report(LoginStep.MOBILE)
        await self._type(ids.MOBILE_FIELD, mobile, digits=10)
        view = await self._until_enabled(ids.GET_OTP, PageKind.MOBILE)
        if _moved_on(view, PageKind.MOBILE):
            return None
        if not _enabled(view, ids.GET_OTP):
            if view.challenge:
                return Parked(self._slot.name)
            raise refusals.failed(FailureKind.MOBILE_REJECTED, view)
        await self._desk.clear_to_sign_in()
        self._desk.report(LoginStep.WAITING_OTP_PAGE)
        return await self._press(ids.GET_OTP, PageKind.MOBILE, FailureKind.OTP_NOT_SENT)

    async def _otp(self) -> None:
        self._desk.report(LoginStep.WAITING_OTP)
        seconds = max(self._desk.person_timeout, OTP_SECONDS)
        otp, view = await self._ask_while_looking(
            self._desk.otp(), lambda seen: _moved_on(seen, PageKind.OTP), seconds
        )
        if _moved_on(view, PageKind.OTP):
            return
        if otp is None or isinstance(otp, NoOtp):
            raise refusals.without_otp(otp or NoOtp.NOBODY_ANSWERED, view)
        self._desk.report(LoginStep.OTP)
        await self._type(ids.OTP_FIELD, otp, digits=6)
        if _moved_on(await self._until_enabled(ids.OTP_CONTINUE, PageKind.OTP), PageKind.OTP):
            return
        self._desk.report(LoginStep.WAITING_PIN_PAGE)
        await self._press(ids.OTP_CONTINUE, PageKind.OTP, FailureKind.OTP_REJECTED)

    async def _pin(self) -> None:
        pin = self._slot.identity.pin
        if pin is None:
            await self._by_hand(PageKind.PIN, LoginStep.WAITING_PIN)
            return
        self._desk.report(LoginStep.PIN)
        await self._type(ids.PIN_FIELD, pin, digits=6)
        if _moved_on(await self._until_enabled(ids.PIN_CONTINUE, PageKind.PIN), PageKind.PIN):
            return
        self._desk.report(LoginStep.WAITING_REDIRECT)
        await self._press(ids.PIN_CONTINUE, PageKind.PIN, FailureKind.PIN_REJECTED)

    async def _consent(self) -> None:
        """Consent is the person's to give: wait for them."""
        await self._by_hand(PageKind.CONSENT, LoginStep.CONSENT)

    # --- what the steps share ---------------------------------------------------------------------

    async def _by_hand(self, kind: PageKind, step: LoginStep) -> None:
        """Wait until a person has done this page in the browser."""
        self._desk.report(step)
        seconds = self._desk.person_timeout
        view = await self.page.until(lambda seen: _moved_on(seen, kind), seconds)
        if not _moved_on(view, kind):
            raise refusals.failed(FailureKind.INPUT_MISSING, view)

    async def _type(self, field: str, secret: Secret, *, digits: int) -> None:
        """Type once. A field that is gone is no failure: a person was faster."""
        if await self.page.type(field, secret) == digits:
            return
        view = await self.page.look()
        if field in view.fields and view.fields[field].visible:
            raise refusals.failed(FailureKind.UNKNOWN_PAGE, view)

    async def _until_enabled(self, button: str, kind: PageKind) -> PageView:
        """Wait for a button; a CAPTCHA that does not pass by itself ends the wait early."""

        def decided(view: PageView) -> bool:
            return _enabled(view, button) or _moved_on(view, kind)

        grace = await self.page.until(decided, self._rules.challenge_grace)
        if decided(grace) or grace.challenge:
            return grace
        return await self.page.until(lambda view: decided(view) or view.challenge, self._rules.step_timeout)

    async def _press(self, button: str, kind: PageKind, rejected: FailureKind) -> Parked | None:
        """Click once and wait for the page to move on. Whatever happens, there is no second click.

        A CAPTCHA that appeared at the last moment parks the slot: nothing was sent then.
        """
        if not await self.page.click(button, self._rules.step_timeout):
            view = await self.page.look()
            if view.challenge:
                return Parked(self._slot.name)
            raise refusals.failed(FailureKind.UNKNOWN_PAGE, view)
        view = await self.page.until(
            lambda seen: _moved_on(seen, kind) or bool(seen.alert), self._rules.step_timeout
        )
        if not _moved_on(view, kind):
            raise refusals.failed(rejected if view.alert else FailureKind.SIGN_IN_STALLED, view)
        return None

    async def _ask_while_looking(
        self, question: Coroutine[Any, Any, T], done: Callable[[PageView], bool], seconds: float
    ) -> tuple[T | None, PageView]:
        """Ask, and watch the page meanwhile: the operator may act there instead. The first one wins."""
        asking = asyncio.create_task(question)
        looking = asyncio.create_task(self.page.until(done, seconds))
        try:
            await asyncio.wait({asking, looking}, return_when=asyncio.FIRST_COMPLETED)
            answer = asking.result() if asking.done() else None
            view = looking.result() if looking.done() else await self.page.look()
        finally:
            await _withdraw(asking, looking)
        return answer, view

    def _code_of(self, view: PageView) -> Secret:
        query = view.query
        answered = query.get("state", "")
        if not hmac.compare_digest(answered.encode(), self._state.reveal().encode()):
            raise refusals.failed(FailureKind.STATE_MISMATCH, view)
        return Secret(query["code"])


def _enabled(view: PageView, button: str) -> bool:
    field = view.fields.get(button)
    return field is not None and field.visible and field.enabled


def _moved_on(view: PageView, kind: PageKind) -> bool:
    """Whether another page than `kind` is there; while one is loading, nothing is decided yet."""
    return view.kind not in (kind, PageKind.LOADING)


def _stopped_by_challenge(view: PageView) -> bool:
    return view.kind is PageKind.CAPTCHA or (view.kind is PageKind.MOBILE and view.challenge)


def _free_of_challenge(view: PageView) -> bool:
    return view.kind is not PageKind.LOADING and not _stopped_by_challenge(view)


async def _withdraw(*tasks: asyncio.Task[Any]) -> None:
    """Cancel what is no longer needed, all of it before the first wait, and wait until it is gone."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # seen here, or already raised by whoever read the result
