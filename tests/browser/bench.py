"""One real browser on the simulated broker, with a desk that answers as a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from vega_terminal.browser.actor import BrowserActor, Command, T
from vega_terminal.browser.configuration import BrowserConfiguration
from vega_terminal.browser.route import BrowserRoute
from vega_terminal.browser.session import BrowserLoginSession
from vega_terminal.browser.walk import WalkRules
from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import SignInError
from vega_terminal.domain.failure import Failure
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity
from vega_terminal.engine.ports import NoOtp, Parked
from vega_terminal.simulator import SimulatedBroker
from vega_terminal.simulator.population import SimulatedApp

from .leftovers import browser_threads, processes_of, profiles_in

USUAL = WalkRules("", step_timeout=8.0, challenge_grace=0.6)


@dataclass
class ScriptedDesk:
    """The engine's side of one login: says what it is told to say, and remembers what it was asked.

    Attributes:
        otp_answer: gives the OTP; by default nobody does.
        captcha_answer: what comes of calling a person to the CAPTCHA.
        person_timeout: seconds that a person gets.
        refuses: why no sign-in is allowed; None allows it.
        steps: where the login stood, one after the other.
        sign_ins: how often a sign-in was cleared.
        withdrawn: questions that were taken back before they were answered.
    """

    otp_answer: Callable[[], Awaitable[Secret | None]] | None = None
    captcha_answer: Callable[[], Awaitable[bool]] | None = None
    person_timeout: float = 0.0
    refuses: Failure | None = None
    steps: list[LoginStep] = field(default_factory=list)
    sign_ins: int = 0
    withdrawn: list[str] = field(default_factory=list)

    def report(self, step: LoginStep) -> None:
        self.steps.append(step)

    async def clear_to_sign_in(self) -> None:
        self.sign_ins += 1
        if self.refuses is not None:
            raise SignInError(self.refuses)

    async def otp(self) -> Secret | NoOtp:
        otp = await self._asked("otp", self.otp_answer) if self.otp_answer else None
        return otp or NoOtp.NOBODY_ANSWERED

    async def captcha(self) -> bool:
        return await self._asked("captcha", self.captcha_answer) if self.captcha_answer else False

    async def _asked(self, question: str, answer: Callable[[], Awaitable[T]]) -> T:
        answered = False
        try:
            result = await answer()
            answered = True
            return result
        finally:
            if not answered:
                self.withdrawn.append(question)


@dataclass
class Bench:
    """A browser at work, and the person before it.

    Attributes:
        session: the login session under test.
        broker: whose pages it walks through.
        folder: with its profiles in `browser` and its bundles in `logs`.
    """

    session: BrowserLoginSession
    broker: SimulatedBroker
    folder: Path

    @property
    def actor(self) -> BrowserActor:
        """The actor that drives the browser, for doing what a person would do in its window."""
        return self.session._actor

    @contextmanager
    def rules(self, **changes: Any) -> Iterator[None]:
        """Walk by other rules for a while."""
        usual = self.session._rules
        self.session._rules = replace(usual, **changes)
        try:
            yield
        finally:
            self.session._rules = usual

    async def by_hand(self, act: Command[T]) -> T:
        """Do something in the browser beside the session."""
        return await self.actor.call(act)

    def desk(self, app: str = "PRIMARY") -> ScriptedDesk:
        """A desk that reads the OTP off the customer's phone."""

        async def read_sms() -> Secret | None:
            otp = self.broker.last_otp(self.broker.population.by_name[app].identity.mobile)
            return Secret(otp) if otp else None

        return ScriptedDesk(otp_answer=read_sms)

    async def authorize(
        self, app: str = "PRIMARY", desk: ScriptedDesk | None = None, slot: ApiSlot | None = None
    ) -> Secret | Parked:
        """Lead an app through the login."""
        return await self.session.authorize(slot or slot_of(self.broker, app), desk or self.desk(app))

    async def code(self, app: str = "PRIMARY", desk: ScriptedDesk | None = None) -> str:
        """Lead an app to its code."""
        outcome = await self.authorize(app, desk)
        assert isinstance(outcome, Secret)
        return outcome.reveal()

    async def failure(
        self, app: str = "PRIMARY", desk: ScriptedDesk | None = None, slot: ApiSlot | None = None
    ) -> Failure:
        """Lead an app to where its login ends without a code."""
        try:
            outcome = await self.authorize(app, desk, slot)
        except SignInError as error:
            return error.failure
        raise AssertionError(f"the login went well: {outcome}")

    async def parked(self, app: str) -> None:
        """Lead an app to the CAPTCHA that parks it."""
        assert await self.authorize(app) == Parked(app)

    async def resumed(self, app: str, desk: ScriptedDesk) -> str:
        """Go back to a parked app and lead it to its code."""
        return (await self.session.resume(slot_of(self.broker, app), desk)).reveal()


def slot_of(broker: SimulatedBroker, name: str) -> ApiSlot:
    """The slot that a customer of the simulated broker would configure."""
    app = broker.population.by_name[name]
    return ApiSlot(name, app.client_id, Secret(app.client_secret), app.redirect_uri, _identity_of(app))


def _identity_of(app: SimulatedApp) -> LoginIdentity:
    person = app.identity
    return LoginIdentity(person.user_id, f"…{person.mobile[-4:]}", Secret(person.mobile), Secret(person.pin))


@asynccontextmanager
async def browser_bench(
    broker: SimulatedBroker, folder: Path, rules: WalkRules = USUAL
) -> AsyncIterator[Bench]:
    """A session on `broker`; when it is over, nothing of its browser may be left."""
    route = BrowserRoute(
        BrowserConfiguration(profiles_dir=folder / "browser", headless=True),
        lambda slot, state: dialog_url(broker, slot, state),
        {app.redirect_uri for app in broker.population.apps},
        WalkRules(broker.api_base_url, rules.step_timeout, rules.challenge_grace),
        folder / "logs",
        SystemClock(),
    )
    async with route.session() as session:
        assert isinstance(session, BrowserLoginSession)
        yield Bench(session, broker, folder)
    require_nothing_left(folder)


def dialog_url(broker: SimulatedBroker, slot: ApiSlot, state: Secret) -> str:
    """The broker's authorization dialog (broker docs: authorize)."""
    query = {
        "response_type": "code",
        "client_id": slot.client_id,
        "redirect_uri": slot.redirect_uri,
        "state": state.reveal(),
    }
    return f"{broker.api_base_url}/v2/login/authorization/dialog?{urlencode(query)}"


def require_nothing_left(folder: Path) -> None:
    """No process, no profile and no thread of a browser may be left."""
    assert processes_of(folder / "browser") == []
    assert profiles_in(folder / "browser") == []
    assert browser_threads() == []


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = 10.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)
