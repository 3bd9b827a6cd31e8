"""Starting, leaving and breaking: no engine is left open, no value is printed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime

import pytest

from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.ports import OperatorPrompts
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.backstage import Running
from vega_terminal.ui.facade import Opening
from vega_terminal.ui.leaving import EXIT_NOT_STARTED
from vega_terminal.ui.modals.own_question import ConfirmModal
from vega_terminal.ui.views.desk_view import Phase

from . import scenes
from .manual_clock import ManualClock
from .scripted_engine import ScriptedEngine
from .waiting import running, screen_text, until


async def endless(engine: ScriptedEngine) -> None:
    await engine.clock.sleep(1e9)


async def test_the_engine_is_opened_after_the_first_frame() -> None:
    engine = ScriptedEngine()
    app = scenes.app_for(engine)
    seen: list[str] = []

    @asynccontextmanager
    async def factory(prompts: OperatorPrompts, opening: Opening) -> AsyncIterator[Running]:
        seen.append(screen_text(app))
        async with engine.factory(prompts, opening) as opened:
            yield opened

    app = VegaApp(app.session.info, factory, clock=engine.clock, ticking=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        assert "0 / 6 Access Tokens Generated" in seen[0]
        assert "Starting" in seen[0]


async def test_leaving_closes_the_engine() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test() as pilot:
        await running(pilot)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: not app.is_running or engine.closed, "the engine closes")
    assert engine.closed
    assert app.return_code == 0


async def test_in_a_cooldown_it_is_told_that_the_login_goes_on_after_the_next_start() -> None:
    engine = ScriptedEngine(scenes.partial_cooldown)
    app = scenes.app_for(engine)
    async with app.run_test() as pilot:
        await running(pilot)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "it goes on after the next" in screen_text(app), "the question")
        engine.clock.advance(660)
        app.repaint()
        await until(pilot, lambda: not isinstance(app.screen, ConfirmModal), "the question goes")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: engine.closed, "the engine closes")


async def test_a_live_run_is_asked_about_and_ended() -> None:
    engine = ScriptedEngine()
    engine.script = endless
    app = scenes.app_for(engine)
    async with app.run_test() as pilot:
        await running(pilot)
        await pilot.press("g", "ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, ConfirmModal), "the question")
        await pilot.press("n", "ctrl+q", "ctrl+q")
        assert isinstance(app.screen, ConfirmModal)
        assert not engine.closed
        await pilot.press("y")
        await until(pilot, lambda: engine.closed, "the engine closes")
    assert not engine.status.running


async def test_leaving_with_an_open_question_ends_cleanly() -> None:
    engine = ScriptedEngine()
    app = scenes.app_for(engine)
    async with app.run_test() as pilot:
        await running(pilot)
        await pilot.press("g")
        await until(pilot, lambda: app.prompts.open, "the question")
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, ConfirmModal), "may I leave")
        await pilot.press("y")
        await until(pilot, lambda: engine.closed, "the engine closes")
    assert not app.prompts.open
    assert app.return_code == 0


async def test_ctrl_c_tells_first_and_leaves_then() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await running(pilot)
        await pilot.press("ctrl+c")
        await until(pilot, lambda: "ctrl+c again" in screen_text(app), "the hint")
        engine.clock.advance(60)
        await pilot.press("ctrl+c")
        assert not engine.closed
        await pilot.press("ctrl+c")
        await until(pilot, lambda: engine.closed, "it leaves")


async def test_an_engine_that_cannot_start_says_why_and_can_be_left() -> None:
    app = scenes.scene(scenes.empty)

    def broken(_prompts: OperatorPrompts, _opening: Opening) -> AbstractAsyncContextManager[Running]:
        raise StorageError("The database is read-only. Give yourself the right to write to it.")

    app = VegaApp(app.session.info, broken, clock=app.session.clock, ticking=False)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.session.phase is Phase.FAILED, "the failure")
        assert "The database is read-only." in screen_text(app)
        await pilot.press("g", "v", "3")
        assert app.current_mode == "LOGIN"
        await pilot.press("ctrl+q")
        await pilot.pause()
    assert app.return_code == EXIT_NOT_STARTED


async def test_a_run_that_breaks_is_told() -> None:
    async def breaking(_engine: ScriptedEngine) -> None:
        await asyncio.sleep(0)
        raise RuntimeError("a defect")

    engine = ScriptedEngine()
    engine.script = breaking
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        await pilot.press("g")
        await until(pilot, lambda: "The run broke off: a defect." in screen_text(app), "the message")


async def crash_of(app: VegaApp) -> None:
    def crash() -> None:
        otp = str(918270 + 3)
        raise RuntimeError(f"a defect near {len(otp)} digits")

    async with app.run_test() as pilot:
        await running(pilot)
        app.call_later(crash)
        await until(pilot, lambda: not app.is_running, "the crash")


async def test_a_crash_closes_the_engine_and_shows_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    engine = ScriptedEngine(scenes.empty)
    with pytest.raises(RuntimeError, match="a defect near 6 digits"):
        await crash_of(scenes.app_for(engine))
    assert engine.closed
    printed = capsys.readouterr()
    assert "a defect near 6 digits" in printed.out + printed.err
    assert "918273" not in printed.out + printed.err


class BrokenClock(ManualClock):
    def now(self) -> datetime:
        raise ArithmeticError("no time")


async def test_a_tick_that_fails_is_told_once_and_ends_nothing() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await running(pilot)
        app.session.clock = BrokenClock()
        app.tick()
        app.tick()
        app.session.clock = engine.clock
        app.tick()
        await until(pilot, lambda: "ArithmeticError: no time" in screen_text(app), "the toast")
        assert screen_text(app).count("could not be drawn") == 1
        assert app.is_running


async def test_a_question_about_a_run_goes_when_the_run_ends() -> None:
    engine = ScriptedEngine()
    ending = asyncio.Event()

    async def until_told(_engine: ScriptedEngine) -> None:
        await ending.wait()

    engine.script = until_told
    app = scenes.app_for(engine)
    async with app.run_test() as pilot:
        await running(pilot)
        await pilot.press("g", "escape")
        await until(pilot, lambda: isinstance(app.screen, ConfirmModal), "the question")
        ending.set()
        await until(pilot, lambda: not isinstance(app.screen, ConfirmModal), "the question goes")
        assert engine.cancellations == 0
        assert app.is_running


async def test_leaving_with_held_tokens_is_asked_about() -> None:
    engine = ScriptedEngine(scenes.held)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(app.screen, ConfirmModal), "the question")
        assert "wait in the journal" in screen_text(app)
        engine.replay()
        await until(pilot, lambda: not isinstance(app.screen, ConfirmModal), "it settles itself")
        assert not engine.closed
        await pilot.press("ctrl+q")
        await until(pilot, lambda: engine.closed, "it leaves without a word")
