"""Several operators, one question: it is put to everybody who is there, and the first answer counts."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, Protocol, TypeAlias

from vega_terminal.clock import Clock
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.defects import defect
from vega_terminal.engine.ports.people import CaptchaPrompt, DecisionPrompt, OtpPrompt

Prompt: TypeAlias = DecisionPrompt | OtpPrompt | CaptchaPrompt
Answer: TypeAlias = tuple[str, ...] | Secret | bool | None
_FIRST_NUMBERS: Final = 2**31
_OTP: Final = re.compile(r"[0-9]{6}")
"""Slots of a decision, an OTP, a word about a CAPTCHA; None declines."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question that is open.

    Attributes:
        number: names it, in this process.
        prompt: what is asked.
        until: when it ends without an answer, UTC; None waits.
    """

    number: int
    prompt: Prompt
    until: datetime | None

    @property
    def subject(self) -> str:
        """What it is about, in words."""
        if isinstance(self.prompt, DecisionPrompt):
            return "what is to be generated"
        what = "one-time password" if isinstance(self.prompt, OtpPrompt) else "CAPTCHA"
        return f"the {what} of {self.prompt.slot}"


class QuestionListener(Protocol):
    """Hears of questions, on the event loop."""

    def asked(self, question: Question) -> None:
        """A question was opened."""
        ...

    def closed(self, question: Question, by: str | None) -> None:
        """A question ended: answered `by` somebody, or None for its deadline or its withdrawal."""
        ...


class PromptHub:
    """Implements `OperatorPrompts` for any number of operators, who come and go.

    A question lives as long as its `ask`, whoever is there: an operator who was cut off finds it again when
    they come back in time. When its time is up, everything is as if nobody had answered.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # An answer that is on its way while the server starts anew must not meet another question.
        self._numbers = count(1 + secrets.randbelow(_FIRST_NUMBERS))
        self._open: dict[int, tuple[Question, asyncio.Future[tuple[Answer, str]]]] = {}
        self._listeners: list[QuestionListener] = []
        self._present = 0

    @property
    def available(self) -> bool:
        """Whether anybody is there."""
        return self._present > 0

    @property
    def open(self) -> tuple[Question, ...]:
        """The questions that wait, oldest first."""
        return tuple(question for question, _ in self._open.values())

    @contextmanager
    def presence(self) -> Iterator[None]:
        """Somebody is there for as long as this block lasts."""
        self._present += 1
        try:
            yield
        finally:
            self._present -= 1

    def watch(self, listener: QuestionListener) -> Callable[[], None]:
        """Tell `listener` of each question from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def answer(self, number: int, answer: Answer, by: str) -> bool:
        """Take an answer; False when the question is not open, or this is no answer to it.

        Args:
            number: of the question.
            answer: the operator's.
            by: who answers, in words.
        """
        question, future = self._open.get(number, (None, None))
        if question is None or future is None or future.done() or not _fits(question.prompt, answer):
            return False
        future.set_result((answer, by))
        return True

    async def decide(self, prompt: DecisionPrompt) -> tuple[str, ...] | None:
        """The slots to generate; None when nobody answered in time."""
        answer = await self._ask(prompt, prompt.timeout)
        return answer if isinstance(answer, tuple) else None

    async def otp(self, prompt: OtpPrompt) -> Secret | None:
        """The six digits; None when nobody answered in time or an operator declined."""
        answer = await self._ask(prompt, prompt.timeout)
        return answer if isinstance(answer, Secret) else None

    async def captcha(self, prompt: CaptchaPrompt) -> bool:
        """True when an operator says that it is solved, False when one gives up or the time is up."""
        return await self._ask(prompt, prompt.timeout) is True

    async def _ask(self, prompt: Prompt, timeout: float | None) -> Answer:
        question = Question(next(self._numbers), prompt, self._deadline(timeout))
        future: asyncio.Future[tuple[Answer, str]] = asyncio.get_running_loop().create_future()
        self._open[question.number] = question, future
        answer, by = None, None
        try:
            self._tell(lambda listener: listener.asked(question))
            if await self._comes_in_time(future, timeout):
                answer, by = future.result()
        finally:
            del self._open[question.number]
            self._tell(lambda listener: listener.closed(question, by))
        return answer

    def _tell(self, news: Callable[[QuestionListener], None]) -> None:
        """A listener that fails must not cost the others their question, nor the engine its answer."""
        for listener in tuple(self._listeners):
            try:
                news(listener)
            except Exception as error:  # noqa: BLE001 - logged as a defect
                defect(error)

    def _deadline(self, timeout: float | None) -> datetime | None:
        return None if timeout is None else self._clock.now() + timedelta(seconds=timeout)

    async def _comes_in_time(self, future: asyncio.Future[tuple[Answer, str]], timeout: float | None) -> bool:
        if timeout is None:
            await asyncio.wait({future})
            return True
        alarm = asyncio.ensure_future(self._clock.sleep(timeout))
        either: set[asyncio.Future[Any]] = {future, alarm}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            alarm.cancel()
        return future.done()


def _fits(prompt: Prompt, answer: Answer) -> bool:
    """Whether `answer` is one to `prompt`."""
    if isinstance(prompt, DecisionPrompt):
        return isinstance(answer, tuple)
    if isinstance(prompt, OtpPrompt):
        # Anything else would be typed into the broker's page, and could count as a refused attempt.
        return answer is None or (isinstance(answer, Secret) and bool(_OTP.fullmatch(answer.reveal())))
    return isinstance(answer, bool)
