"""One operator's seat: every question is put to them, and taken away again when it is closed elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from vega_terminal.clock import Clock
from vega_terminal.engine.ports.people import DecisionPrompt, OperatorPrompts, OtpPrompt
from vega_terminal.engine.prompt_hub import Answer, Prompt, PromptHub, Question

HandIn = Callable[[Question, Answer], Awaitable[bool]]
"""Passes an answer on; False when that failed and the operator has to be asked again."""


class OperatorSeat:
    """Puts questions to one operator, each in a task of its own.

    Args:
        prompts: asks the operator.
        clock: by which the deadlines of the questions were set.
        hand_in: takes the answers.
    """

    def __init__(self, prompts: OperatorPrompts, clock: Clock, hand_in: HandIn) -> None:
        self._prompts = prompts
        self._clock = clock
        self._hand_in = hand_in
        self._asking: dict[int, asyncio.Task[None]] = {}

    def asked(self, question: Question) -> None:
        """Put a question."""
        if question.number not in self._asking:
            task = asyncio.create_task(self._put(question), name=f"question {question.number}")
            self._asking[question.number] = task

    def closed(self, question: Question, by: str | None) -> None:  # noqa: ARG002 - as a listener of the hub
        """Take a question away."""
        self.withdraw(question.number)

    def withdraw(self, number: int) -> None:
        """Take a question away, if it is there."""
        task = self._asking.pop(number, None)
        if task is not None:
            task.cancel()

    def clear(self) -> None:
        """Take all questions away."""
        for number in tuple(self._asking):
            self.withdraw(number)

    async def close(self) -> None:
        """Take all questions away, and wait until they are."""
        tasks = tuple(self._asking.values())
        self.clear()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _put(self, question: Question) -> None:
        while True:
            answer = await self._ask(_with_time_left(question, self._clock))
            if self._is_silence(question, answer) or await self._hand_in(question, answer):
                return

    async def _ask(self, prompt: Prompt) -> Answer:
        if isinstance(prompt, DecisionPrompt):
            return await self._prompts.decide(prompt)
        if isinstance(prompt, OtpPrompt):
            return await self._prompts.otp(prompt)
        return await self._prompts.captcha(prompt)

    def _is_silence(self, question: Question, answer: Answer) -> bool:
        """Whether nobody said anything: then the engine's own deadline decides, or another operator."""
        if isinstance(question.prompt, DecisionPrompt):
            return answer is None
        is_over = question.until is not None and self._clock.now() >= question.until
        return is_over and not answer


def _with_time_left(question: Question, clock: Clock) -> Prompt:
    if question.until is None:
        return question.prompt
    return replace(question.prompt, timeout=max(0.0, (question.until - clock.now()).total_seconds()))


@asynccontextmanager
async def seated(hub: PromptHub, prompts: OperatorPrompts, clock: Clock, name: str) -> AsyncIterator[None]:
    """An operator of this very process takes part in the hub's questions for as long as this block lasts."""

    async def hand_in(question: Question, answer: Answer) -> bool:
        hub.answer(question.number, answer, name)
        return True

    seat = OperatorSeat(prompts, clock, hand_in)
    forget = hub.watch(seat)
    for question in hub.open:
        seat.asked(question)
    try:
        with hub.presence():
            yield
    finally:
        forget()
        await seat.close()
