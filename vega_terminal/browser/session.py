"""The login session in one browser: a tab a walk, identities kept apart, parked tabs left open."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vega_terminal.browser.actor import BrowserActor, CommandFailed
from vega_terminal.browser.evidence import write_bundle
from vega_terminal.browser.login_page import LoginPage
from vega_terminal.browser.refusals import PageRefusal, driver_refused, failed
from vega_terminal.browser.walk import LoginWalk, WalkRules
from vega_terminal.clock import Clock
from vega_terminal.domain.errors import SignInError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.ports import LoginDesk, Parked

if TYPE_CHECKING:
    from selenium.webdriver.remote.webdriver import WebDriver

AuthorizationUrl = Callable[[ApiSlot, Secret], str]


@dataclass(slots=True)
class _ParkedWalk:
    """A walk that stands before a CAPTCHA, and how many sign-ins there had been by then."""

    walk: LoginWalk
    state: Secret
    sign_ins: int


class BrowserLoginSession:
    """Implements `LoginSession` on one browser, started with the first slot."""

    def __init__(
        self,
        actor: BrowserActor,
        authorization_url: AuthorizationUrl,
        rules: WalkRules,
        logs_folder: Path,
        clock: Clock,
    ) -> None:
        self._actor = actor
        self._authorization_url = authorization_url
        self._rules = rules
        self._logs_folder = logs_folder
        self._clock = clock
        self._free_tab: str | None = None
        self._identity: str | None = None
        self._sign_ins = 0
        self._parked: dict[str, _ParkedWalk] = {}

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Secret | Parked:
        """Lead `slot` through the login in a tab of its own; see `LoginSession`."""
        await self._ready(slot, desk)
        state = _new_state()
        async with self._explained(slot):
            walk = LoginWalk(await self._page(slot), slot, desk, state, self._rules)
            await walk.open(self._authorization_url(slot, state))
            outcome = await self._walked(walk)
        if isinstance(outcome, Parked):
            self._free_tab = None
            self._parked[slot.name] = _ParkedWalk(walk, state, self._sign_ins)
        return outcome

    async def resume(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
        """Go back to a parked slot; see `LoginSession`."""
        parked = self._parked.pop(slot.name)
        walk = parked.walk
        signed_out = await self._ready(slot, desk)
        async with self._explained(slot):
            if signed_out or parked.sign_ins != self._sign_ins:
                # Somebody signed in since: the dialog may now pass without any page at all.
                await walk.open(self._authorization_url(slot, parked.state))
            return await self._past_challenge(walk, desk)

    async def _past_challenge(self, walk: LoginWalk, desk: LoginDesk) -> Secret:
        """Go on with a person; once more when the CAPTCHA appeared only after they had been called off."""
        for _ in range(2):
            await walk.through_challenge(desk)
            outcome = await self._walked(walk)
            if isinstance(outcome, Secret):
                return outcome
        raise failed(FailureKind.CAPTCHA_UNSOLVED, await walk.page.look())

    async def _ready(self, slot: ApiSlot, desk: LoginDesk) -> bool:
        """Have the browser up and belonging to nobody else; True when another identity was signed out."""
        if not self._actor.started:
            desk.report(LoginStep.OPENING_BROWSER)
            await self._actor.start()
        before, self._identity = self._identity, slot.identity.key
        if before in (None, self._identity):
            return False
        await self._actor.call(_forget_sign_in)
        return True

    async def _page(self, slot: ApiSlot) -> LoginPage:
        if self._free_tab is None:
            first = not self._parked
            self._free_tab = await self._actor.call(_current_tab if first else _new_tab)
        return LoginPage(self._actor, self._free_tab, slot.redirect_uri, self._clock)

    async def _walked(self, walk: LoginWalk) -> Secret | Parked:
        outcome = await walk.go()
        if walk.signed_in:
            self._sign_ins += 1
        return outcome

    @asynccontextmanager
    async def _explained(self, slot: ApiSlot) -> AsyncIterator[None]:
        """Turn what stopped a walk into the slot's failure, with a bundle where there is a page."""
        try:
            yield
        except PageRefusal as refusal:
            raise await self._with_evidence(slot, refusal) from refusal
        except CommandFailed as error:
            raise driver_refused(str(error)) from error

    async def _with_evidence(self, slot: ApiSlot, refusal: PageRefusal) -> SignInError:
        """Leave the redacted bundle and name it in the failure."""
        failure = refusal.failure
        try:
            path = await asyncio.to_thread(
                write_bundle, self._logs_folder, slot.name, failure.kind, refusal.view, self._clock.now()
            )
        except OSError as error:
            note = f"{failure.message} (No bundle: {error.strerror}.)"
        else:
            note = f"{failure.message} (Bundle: {path.name})"
        return SignInError(Failure(failure.kind, note, failure.code, failure.retry_after))


def _new_state() -> Secret:
    """256 random bits that bind the redirect to this very dialog (broker docs: authorize)."""
    return Secret(secrets.token_urlsafe(32))


# --- commands, run in the browser's thread --------------------------------------------------------


def _current_tab(driver: WebDriver) -> str:
    return driver.current_window_handle


def _new_tab(driver: WebDriver) -> str:
    """A tab with the private window's session; the driver's own command would open one without it."""
    before = set(driver.window_handles)
    driver.execute_script("window.open('about:blank', '_blank', 'noopener')")
    (tab,) = set(driver.window_handles) - before
    driver.switch_to.window(tab)
    return tab


def _forget_sign_in(driver: WebDriver) -> None:
    """Sign the earlier identity out of this browser: another person's session must not be used."""
    if driver.capabilities.get("browserName") == "firefox":
        driver.delete_all_cookies()
    else:
        driver.execute("executeCdpCommand", {"cmd": "Network.clearBrowserCookies", "params": {}})
