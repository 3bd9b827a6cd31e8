"""Several operators and one question: the first answer counts, and nobody is left with an old one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.ui.manual_clock import ManualClock
from vega_terminal.domain.decision import TokenCheckResult, TokenDecisionReport
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import LoginIdentity
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.operator_seat import seated
from vega_terminal.engine.ports import CaptchaPrompt, DecisionPrompt, OtpPrompt
from vega_terminal.engine.prompt_hub import Answer, Prompt, PromptHub, Question

from .operators import Operator
from .served import until

OTP = OtpPrompt("PRIMARY", LoginIdentity("id-1", "…3210"), 180.0)
CAPTCHA = CaptchaPrompt("PRIMARY", 180.0)
DECISION = DecisionPrompt(
    TokenDecisionReport((TokenCheckResult("PRIMARY", Verdict.MISSING),)), ("PRIMARY",), 5.0
)
PATIENT = DecisionPrompt(DECISION.report, (), None)


class Room:
    """A hub with two operators at it."""

    def __init__(self, seats: AsyncExitStack) -> None:
        self.clock = ManualClock()
        self.hub = PromptHub(self.clock)
        self.closings: list[tuple[str, str | None]] = []
        self.asha, self.ravi = Operator(), Operator()
        self._seats = seats
        self.hub.watch(self)

    async def sit(self, operator: Operator, name: str) -> None:
        await self._seats.enter_async_context(seated(self.hub, operator, self.clock, name))

    def asked(self, question: Question) -> None:
        pass

    def closed(self, question: Question, by: str | None) -> None:
        self.closings.append((question.subject, by))

    def ask(self, prompt: Prompt) -> asyncio.Task[Answer]:
        if isinstance(prompt, DecisionPrompt):
            return asyncio.create_task(self.hub.decide(prompt))
        if isinstance(prompt, OtpPrompt):
            return asyncio.create_task(self.hub.otp(prompt))
        return asyncio.create_task(self.hub.captcha(prompt))

    def somebody_is_there(self) -> bool:
        return self.hub.available


@pytest.fixture
async def room() -> AsyncIterator[Room]:
    async with AsyncExitStack() as seats:
        room = Room(seats)
        await room.sit(room.asha, "asha")
        await room.sit(room.ravi, "ravi")
        yield room


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        (OTP, Secret("123456")),
        (OTP, None),
        (CAPTCHA, True),
        (CAPTCHA, False),
        (DECISION, ("PRIMARY",)),
        (DECISION, ()),
    ],
)
async def test_the_first_answer_counts_and_the_others_question_goes(
    room: Room, prompt: Prompt, answer: Answer
) -> None:
    asking = room.ask(prompt)
    await until(lambda: bool(room.asha.open and room.ravi.open), "both are asked")
    room.ravi.say(answer)
    assert await asking == answer
    await until(lambda: not room.asha.open, "the other question is gone")
    assert [by for _, by in room.closings] == ["ravi"]
    assert room.hub.open == ()


async def test_two_answers_at_once_are_one(room: Room) -> None:
    asking = room.ask(OTP)
    await until(lambda: bool(room.asha.open and room.ravi.open), "both are asked")
    (question,) = room.hub.open
    assert room.hub.answer(question.number, Secret("111111"), "asha")
    assert not room.hub.answer(question.number, Secret("222222"), "ravi")
    assert await asking == Secret("111111")
    assert not room.hub.answer(question.number, Secret("333333"), "ravi")


@pytest.mark.parametrize(
    ("prompt", "other"),
    [
        *((OTP, True), (OTP, ("PRIMARY",)), (CAPTCHA, None), (DECISION, None), (DECISION, True)),
        *((OTP, Secret(text)) for text in ("", "12345", "1234567", "123\n456", "123456\n", "١٢٣٤٥٦")),
    ],
)
async def test_an_answer_to_something_else_is_none(room: Room, prompt: Prompt, other: Answer) -> None:
    asking = room.ask(prompt)
    await until(lambda: bool(room.hub.open), "the question is open")
    assert not room.hub.answer(room.hub.open[0].number, other, "asha")
    assert not asking.done()
    asking.cancel()


async def test_an_answer_to_a_question_before_a_restart_meets_no_other(room: Room) -> None:
    before, after = room.ask(OTP), asyncio.create_task((hub := PromptHub(room.clock)).otp(OTP))
    await until(lambda: bool(room.hub.open and hub.open), "both ask")
    assert not hub.answer(room.hub.open[0].number, Secret("123456"), "asha")
    assert not after.done()
    for task in (before, after):
        task.cancel()


@pytest.mark.parametrize(("prompt", "silence"), [(OTP, None), (CAPTCHA, False), (DECISION, None)])
async def test_without_an_answer_in_time_it_is_as_if_nobody_was_there(
    room: Room, prompt: Prompt, silence: Answer
) -> None:
    asking = room.ask(prompt)
    await until(lambda: bool(room.asha.open and room.ravi.open), "both are asked")
    room.clock.advance(4.9)
    await asyncio.sleep(0)
    assert not asking.done()
    room.clock.advance(180)
    assert await asking == silence
    await until(lambda: not room.asha.open and not room.ravi.open, "nobody is asked any more")
    assert [by for _, by in room.closings] == [None]


async def test_a_listener_that_fails_costs_nobody_the_question_or_the_answer() -> None:
    class Broken:
        def asked(self, question: Question) -> None:
            raise RuntimeError("broken")

        def closed(self, question: Question, by: str | None) -> None:
            raise RuntimeError("broken")

    async with AsyncExitStack() as seats:
        room = Room(seats)
        room.hub.watch(Broken())
        await room.sit(room.asha, "asha")
        asking = room.ask(OTP)
        await until(lambda: bool(room.asha.open), "asha is asked")
        room.asha.say(Secret("123456"))
        assert await asking == Secret("123456")


async def test_whoever_comes_later_is_asked_for_the_time_that_is_left() -> None:
    async with AsyncExitStack() as seats:
        room = Room(seats)
        assert not room.somebody_is_there()
        asking = room.ask(OTP)
        await until(lambda: bool(room.hub.open), "the question is open")
        room.clock.advance(100)
        async with seated(room.hub, room.asha, room.clock, "asha"):
            assert room.somebody_is_there()
            await until(lambda: bool(room.asha.open), "asha is asked")
            assert room.asha.seen[0].timeout == 80.0
        assert not room.somebody_is_there()
        assert not room.asha.open
        assert not asking.done()
        await room.sit(room.ravi, "ravi")
        await until(lambda: bool(room.ravi.open), "ravi is asked")
        room.ravi.say(Secret("123456"))
        assert await asking == Secret("123456")


async def test_a_question_without_a_deadline_waits_and_is_withdrawn_with_its_asker(room: Room) -> None:
    asking = room.ask(PATIENT)
    await until(lambda: bool(room.asha.open and room.ravi.open), "both are asked")
    room.clock.advance(10_000)
    await asyncio.sleep(0)
    assert room.asha.open
    asking.cancel()
    await until(lambda: not room.asha.open and not room.ravi.open, "nobody is asked any more")
    assert room.hub.open == ()
