"""A browser that walks as it is told. There is one on the machine: a second one at once fails the test."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from vega_terminal.domain.errors import BrowserError, SignInError
from vega_terminal.domain.failure import ENDS_SIGN_IN, STARTS_COOLDOWN, Failure, FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.ports import LoginDesk, LoginSession, NoOtp, Parked
from vega_terminal.engine.shielded import to_the_end

from .fake_clock import FakeClock
from .scripted_broker import A_SECRET, Demands, ScriptedBroker

COOLDOWN: Final = 660.0
QUIT_SECONDS: Final = 0.5
"""How long the browser takes to close."""


@dataclass(frozen=True, slots=True)
class Course:
    """How one walk to the code goes: after `seconds` there is a code, unless something else is said.

    Attributes:
        seconds: how long the pages take.
        fails: the walk ends so, after the sign-in if there was one.
        breaks: the browser is gone before anything is clicked, for instance closed by the operator.
        dies: the browser is gone after the sign-in was begun.
        absurd: something that no port may raise.
        parks: a CAPTCHA stands in the way; the course says what happens when the walk comes back.
        until: the walk waits for this.
        retry_after: what the broker said with the failure.
    """

    seconds: float = 0.0
    fails: FailureKind | None = None
    breaks: FailureKind | None = None
    dies: FailureKind | None = None
    absurd: type[Exception] | None = None
    parks: Course | None = None
    until: asyncio.Event | None = None
    retry_after: float | None = None


PASSES: Final = Course()
PARKS_THEN_PASSES: Final = Course(parks=PASSES)
PARKS_FOR_GOOD: Final = Course(parks=Course(fails=FailureKind.CAPTCHA_UNSOLVED))


@dataclass
class Browsers:
    """What is known of the browsers of this machine, whichever process started them.

    Attributes:
        walks: slots in the order in which somebody walked to their code.
        sign_ins: how often each person signed in; `began`: when; `otps`: what was typed.
        throttled_until: elapsed time before which nobody may sign in a person.
        opened, open: how many browsers there were, and are.
        refuses_to_start: no browser can be started at all.
    """

    demands: Demands
    courses: defaultdict[str, deque[Course]] = field(default_factory=lambda: defaultdict(deque))
    walks: list[str] = field(default_factory=list)
    sign_ins: Counter[str] = field(default_factory=Counter)
    began: list[float] = field(default_factory=list)
    otps: list[str] = field(default_factory=list)
    throttled_until: dict[str, float] = field(default_factory=dict)
    opened: int = 0
    open: int = 0
    refuses_to_start: bool = False

    def will(self, slot: str, *courses: Course) -> None:
        """Script the next walks of `slot`; after them every walk passes."""
        self.courses[slot].extend(courses)

    def next_course(self, slot: str) -> Course:
        """The course of a walk that begins now."""
        self.walks.append(slot)
        return self.courses[slot].popleft() if self.courses[slot] else PASSES


class ScriptedRoute:
    """Implements `LoginRoute`."""

    def __init__(self, browsers: Browsers, broker: ScriptedBroker, clock: FakeClock) -> None:
        self._browsers = browsers
        self._broker = broker
        self._clock = clock

    @asynccontextmanager
    async def session(self) -> AsyncIterator[LoginSession]:
        if self._browsers.refuses_to_start:
            raise BrowserError(Failure(FailureKind.NO_BROWSER, "Scripted: no browser."))
        self._browsers.demands.demand(self._browsers.open == 0, "Two browsers were open at once.")
        self._browsers.open += 1
        self._browsers.opened += 1
        try:
            yield ScriptedSession(self._browsers, self._broker, self._clock)
        finally:
            try:
                await to_the_end(self._clock.sleep(QUIT_SECONDS))
            finally:
                self._browsers.open -= 1  # a killed process takes its browser along


class ScriptedSession:
    """Implements `LoginSession`: one sign-in serves every slot of its identity."""

    def __init__(self, browsers: Browsers, broker: ScriptedBroker, clock: FakeClock) -> None:
        self._browsers = browsers
        self._broker = broker
        self._clock = clock
        self._signed_in: str | None = None
        self._parked: dict[str, Course] = {}

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Secret | Parked:
        course = self._browsers.next_course(slot.name)
        desk.report(LoginStep.OPENING_DIALOG)
        if course.parks is not None:
            self._parked[slot.name] = course.parks
            return Parked(slot.name)
        return await self._walk(slot, desk, course)

    async def resume(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
        course = self._parked.pop(slot.name)
        desk.report(LoginStep.CAPTCHA)
        if not await desk.captcha():
            raise SignInError(Failure(FailureKind.CAPTCHA_UNSOLVED, "Scripted: given up."))
        return await self._walk(slot, desk, course)

    async def _walk(self, slot: ApiSlot, desk: LoginDesk, course: Course) -> Secret:
        if course.breaks is not None:
            raise BrowserError(Failure(course.breaks, f"Scripted: {course.breaks}."))
        if self._signed_in != slot.identity.key:
            self._signed_in = None
            await self._sign_in(slot, desk)
        await self._clock.sleep(course.seconds)
        if course.until is not None:
            await course.until.wait()
        if course.dies is not None:
            raise BrowserError(Failure(course.dies, f"Scripted: {course.dies}."))
        self._end(slot, course)
        return self._broker.new_code(slot)

    def _end(self, slot: ApiSlot, course: Course) -> None:
        """The last page of the walk: nothing, or what it says."""
        if course.fails not in ENDS_SIGN_IN:
            self._signed_in = slot.identity.key
        if course.absurd is not None:
            raise course.absurd(A_SECRET)
        if course.fails in STARTS_COOLDOWN:
            self._browsers.throttled_until[slot.identity.key] = self._clock.elapsed() + COOLDOWN
        if course.fails is not None:
            raise SignInError(
                Failure(course.fails, f"Scripted: {course.fails}.", retry_after=course.retry_after)
            )

    async def _sign_in(self, slot: ApiSlot, desk: LoginDesk) -> None:
        """What the real walk does: ask the rules, click once, give the OTP once."""
        await desk.clear_to_sign_in()
        forbidden_until = self._browsers.throttled_until.get(slot.identity.key, 0.0)
        allowed = self._clock.elapsed() >= forbidden_until
        self._browsers.demands.demand(allowed, "Somebody signed in during the cooldown.")
        self._browsers.sign_ins[slot.identity.key] += 1
        self._browsers.began.append(self._clock.elapsed())
        otp = await desk.otp()
        if isinstance(otp, NoOtp):
            raise SignInError(Failure(FailureKind.OTP_MISSING, f"Scripted: {otp.value}."))
        self._browsers.otps.append(otp.reveal())
