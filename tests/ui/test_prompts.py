"""Questions: one queue, one on the screen, each answered once and none left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from vega_terminal.domain.decision import TokenCheckResult, TokenDecisionReport
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import Roster, RouteKind
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.ports import CaptchaPrompt, DecisionPrompt, OtpPrompt
from vega_terminal.ui.modals.captcha import CaptchaModal
from vega_terminal.ui.modals.help import HelpModal
from vega_terminal.ui.modals.otp import DigitsInput
from vega_terminal.ui.modals.own_question import ConfirmModal
from vega_terminal.ui.modals.prompt import PromptModal
from vega_terminal.ui.prompts import PromptBroker
from vega_terminal.ui.screens.login import LoginScreen

from . import scenes
from .scripted_engine import IDENTITY, SIX, ScriptedEngine
from .waiting import app_of, running, screen_text, until

OTP = OtpPrompt("PRIMARY", IDENTITY, 180.0)
CAPTCHA = CaptchaPrompt("WEBSOCKET2", 180.0)
REPORT = TokenDecisionReport(
    (
        TokenCheckResult("PRIMARY", Verdict.INVALID),
        TokenCheckResult("WEBSOCKET1", Verdict.VALID),
        TokenCheckResult("WEBSOCKET2", Verdict.MISSING),
        TokenCheckResult("WEBSOCKET3", Verdict.UNKNOWN),
    )
)
DECISION = DecisionPrompt(REPORT, ("PRIMARY", "WEBSOCKET2"), 5.0)
Ask = Callable[[PromptBroker], Awaitable[object]]


def otp(prompts: PromptBroker) -> Awaitable[object]:
    return prompts.otp(OTP)


def captcha(prompts: PromptBroker) -> Awaitable[object]:
    return prompts.captcha(CAPTCHA)


def decide(prompts: PromptBroker) -> Awaitable[object]:
    return prompts.decide(DECISION)


async def asked(pilot: Pilot[None], ask: Ask) -> asyncio.Future[object]:
    """Ask as the engine does, and wait until the question is on the screen."""
    await running(pilot)
    answer = asyncio.ensure_future(ask(app_of(pilot).prompts))
    await shown(pilot)
    return answer


async def shown(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, PromptModal), "a question is on the screen")


async def gone(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, LoginScreen), "the question is gone")
    assert not app_of(pilot).prompts.open


Case = tuple[Ask, Iterable[str], object]

OTP_CASES: list[Case] = [
    (otp, "123456", Secret("123456")),
    (otp, ["1", "a", "2", "space", "3", "4", "5", "6"], Secret("123456")),
    (otp, ["1", "2", "escape"], None),
]
CAPTCHA_CASES: list[Case] = [
    (captcha, "d", True),
    (captcha, ["enter"], True),
    (captcha, "x", False),
    (captcha, ["escape"], False),
]
DECISION_CASES: list[Case] = [
    (decide, ["enter"], ("PRIMARY", "WEBSOCKET2")),
    (decide, "i", ("PRIMARY", "WEBSOCKET2")),
    (decide, "a", ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2")),
    (decide, ["space", "down", "space", "s"], ("WEBSOCKET1", "WEBSOCKET2")),
    (decide, "n", ()),
    (decide, ["escape"], ()),
]


@pytest.mark.parametrize(
    "cases", [OTP_CASES, CAPTCHA_CASES, DECISION_CASES], ids=["otp", "captcha", "decision"]
)
async def test_answers_by_keyboard(cases: list[Case]) -> None:
    async with scenes.scene(scenes.empty).run_test() as pilot:
        for ask, keys, expected in cases:
            answer = await asked(pilot, ask)
            await pilot.press(*keys)
            await gone(pilot)
            assert answer.result() == expected, keys


async def test_where_the_captcha_has_no_window_nobody_can_say_that_it_is_solved() -> None:
    unseen = replace(CAPTCHA, window_shown=False)
    async with scenes.scene(scenes.empty).run_test() as pilot:
        answer = await asked(pilot, lambda prompts: prompts.captcha(unseen))
        assert "Solved" not in screen_text(app_of(pilot))
        await pilot.press("d", "enter")
        assert not answer.done()
        await pilot.press("x")
        await gone(pilot)
        assert answer.result() is False


async def test_a_pasted_otp_loses_what_is_no_digit() -> None:
    async with scenes.scene(scenes.empty).run_test() as pilot:
        answer = await asked(pilot, otp)
        pilot.app.screen.query_one(DigitsInput).post_message(Paste("123-456"))
        await gone(pilot)
        assert answer.result() == Secret("123456")


@pytest.mark.parametrize(("ask", "answer"), [(otp, None), (captcha, False), (decide, None)])
async def test_a_question_ends_with_its_time(ask: Ask, answer: object) -> None:
    engine = ScriptedEngine(scenes.empty)
    async with scenes.app_for(engine).run_test() as pilot:
        waiting = await asked(pilot, ask)
        engine.clock.advance(4.9)
        app_of(pilot).repaint()
        await pilot.pause()
        assert not waiting.done()
        engine.clock.advance(180)
        await gone(pilot)
        assert waiting.result() == answer


async def test_the_countdown_tells_what_happens_without_an_answer() -> None:
    engine = ScriptedEngine(scenes.empty)
    async with scenes.app_for(engine).run_test(size=(120, 36)) as pilot:
        waiting = await asked(pilot, decide)
        engine.clock.advance(2)
        app_of(pilot).repaint()
        await pilot.pause()
        assert "Without an answer PRIMARY, WEBSOCKET2 in 00:03" in screen_text(app_of(pilot))
        waiting.cancel()


async def test_two_questions_stand_in_line() -> None:
    async with scenes.scene(scenes.empty).run_test(size=(120, 36)) as pilot:
        first = await asked(pilot, captcha)
        second = asyncio.ensure_future(app_of(pilot).prompts.otp(OTP))
        await pilot.pause()
        app_of(pilot).repaint()
        await pilot.pause()
        assert "1 of 2" in screen_text(app_of(pilot))
        await pilot.press("d")
        await until(pilot, lambda: "2 of 2" in screen_text(app_of(pilot)), "the second question")
        assert first.result() is True
        await pilot.press(*"654321")
        await gone(pilot)
        assert second.result() == Secret("654321")


async def test_a_cancelled_question_is_withdrawn_and_the_next_one_comes() -> None:
    async with scenes.scene(scenes.empty).run_test(size=(120, 36)) as pilot:
        first = await asked(pilot, otp)
        second = asyncio.ensure_future(app_of(pilot).prompts.captcha(CAPTCHA))
        first.cancel()
        await until(pilot, lambda: "CAPTCHA" in screen_text(app_of(pilot)), "the second question")
        second.cancel()
        await gone(pilot)
        assert [type(screen) for screen in pilot.app.screen_stack] == [LoginScreen]


async def test_a_question_cancelled_before_it_was_seen_never_appears() -> None:
    async with scenes.scene(scenes.empty).run_test() as pilot:
        await running(pilot)
        doomed = asyncio.ensure_future(app_of(pilot).prompts.otp(OTP))
        await asyncio.sleep(0)
        doomed.cancel()
        await gone(pilot)


async def test_a_question_whose_time_ends_beneath_another_leaves_with_it() -> None:
    engine = ScriptedEngine(scenes.generating)
    async with scenes.app_for(engine).run_test() as pilot:
        answer = await asked(pilot, decide)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmModal), "the question to leave")
        engine.clock.advance(6)
        await until(pilot, answer.done, "the deadline")
        assert isinstance(pilot.app.screen, ConfirmModal)
        await pilot.press("n")
        await gone(pilot)


async def test_the_operators_own_question_comes_first() -> None:
    async with scenes.scene(scenes.generating).run_test() as pilot:
        await running(pilot)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmModal), "the question to leave")
        answer = asyncio.ensure_future(app_of(pilot).prompts.captcha(CAPTCHA))
        await pilot.pause()
        assert isinstance(pilot.app.screen, ConfirmModal)
        await pilot.press("n")
        await shown(pilot)
        await pilot.press("x")
        await gone(pilot)
        assert answer.result() is False


async def test_a_question_is_never_hidden_by_another_screen() -> None:
    async with scenes.scene(scenes.ready).run_test() as pilot:
        answer = await asked(pilot, captcha)
        await pilot.press("2", "3", "1")
        app_of(pilot).action_call("ACCT")
        await pilot.pause()
        assert pilot.app.current_mode == "LOGIN"
        assert isinstance(pilot.app.screen, PromptModal)
        answer.cancel()


async def test_help_makes_room_for_a_question() -> None:
    async with scenes.scene(scenes.empty).run_test() as pilot:
        await running(pilot)
        await pilot.press("question_mark")
        assert isinstance(pilot.app.screen, HelpModal)
        answer = asyncio.ensure_future(app_of(pilot).prompts.captcha(CAPTCHA))
        await shown(pilot)
        await pilot.press("d")
        await gone(pilot)
        assert answer.result() is True


async def test_an_attached_terminal_sends_the_operator_to_the_machine_of_the_browser() -> None:
    app = scenes.scene(scenes.empty)
    app.session.info = replace(app.session.info, attached_to="127.0.0.1:8642")
    async with app.run_test() as pilot:
        seen = await asked(pilot, captcha)
        assert "the server's machine" in screen_text(app_of(pilot))
        await pilot.press("d")
        await gone(pilot)
        assert seen.result() is True
        hidden = asyncio.ensure_future(app.prompts.captcha(replace(CAPTCHA, window_shown=False)))
        await shown(pilot)
        assert "Start the server where there is a display" in screen_text(app_of(pilot))
        await pilot.press("x")
        assert await hidden is False


@pytest.mark.parametrize(
    ("on_phone", "how"),
    [
        ((), "One browser opens"),
        (SIX, "Each is to be approved on the phone."),
        (("WEBSOCKET2",), "WEBSOCKET2: approved on the phone."),
    ],
)
async def test_the_question_tells_how_the_tokens_are_got(on_phone: tuple[str, ...], how: str) -> None:
    engine = ScriptedEngine(scenes.empty)
    routes = dict.fromkeys(on_phone, RouteKind.PHONE)
    slots = engine.roster.slots
    engine.roster = Roster(tuple(replace(slot, route=routes.get(slot.name, slot.route)) for slot in slots))
    async with scenes.app_for(engine).run_test(size=(140, 40)) as pilot:
        await asked(pilot, decide)
        assert how in screen_text(app_of(pilot))
        await pilot.press("n")


async def test_only_the_first_answer_counts() -> None:
    async with scenes.scene(scenes.empty).run_test() as pilot:
        answer = await asked(pilot, captcha)
        modal = pilot.app.screen
        assert isinstance(modal, CaptchaModal)
        modal.action_done()
        modal.action_give_up()
        await gone(pilot)
        assert answer.result() is True


async def test_a_question_survives_a_terminal_that_is_too_small() -> None:
    async with scenes.scene(scenes.empty).run_test(size=(120, 36)) as pilot:
        answer = await asked(pilot, otp)
        await pilot.resize_terminal(30, 8)
        await pilot.resize_terminal(1, 1)
        await pilot.resize_terminal(300, 100)
        await pilot.press(*"111222")
        await gone(pilot)
        assert answer.result() == Secret("111222")
