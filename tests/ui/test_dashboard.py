"""The dashboard asks only while somebody looks, and each panel speaks for itself."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Panel
from vega_terminal.ui.widgets.market_panel import MarketPanel
from vega_terminal.ui.widgets.positions_table import PositionsTable

from . import scenes
from .scripted_engine import ScriptedEngine
from .waiting import app_of, running, screen_text, until


async def opened(pilot: Pilot[None], engine: ScriptedEngine) -> None:
    await running(pilot)
    assert engine.looks == 0
    await pilot.press("3")
    await until(pilot, lambda: engine.looks == 1, "the first look")


async def test_it_asks_every_five_seconds_while_looked_at() -> None:
    engine = ScriptedEngine(scenes.ready)
    async with scenes.app_for(engine).run_test() as pilot:
        await opened(pilot, engine)
        engine.clock.advance(4.9)
        await pilot.pause()
        assert engine.looks == 1
        engine.clock.advance(0.2)
        await until(pilot, lambda: engine.looks == 2, "the second look")


async def test_hidden_it_asks_nothing() -> None:
    engine = ScriptedEngine(scenes.ready)
    async with scenes.app_for(engine).run_test() as pilot:
        await opened(pilot, engine)
        await pilot.press("1")
        engine.clock.advance(60)
        await pilot.pause()
        assert engine.looks == 1
        await pilot.press("3")
        await until(pilot, lambda: engine.looks == 2, "it asks again when looked at")
        await pilot.press("question_mark")
        engine.clock.advance(60)
        await pilot.pause()
        assert engine.looks == 2


async def test_a_closed_gate_ends_the_questions() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test() as pilot:
        await opened(pilot, engine)
        engine.close_gate("401")
        await until(pilot, lambda: app.current_mode == "LOGIN", "back on LOGIN")
        looks = engine.looks
        engine.clock.advance(60)
        await pilot.pause()
        assert engine.looks == looks


async def test_one_panel_in_trouble_leaves_the_others_alone() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, engine)
        await until(pilot, lambda: "12,34,567.80" in screen_text(app), "the funds")
        funds = app.screen.query_one("#funds", MarketPanel)
        assert "05:30 IST" in screen_text(app)
        assert funds.border_subtitle == "1m 35s old"
        assert funds.has_class("-stale")
        assert not app.screen.query_one("#positions", MarketPanel).has_class("-stale")


async def test_a_panel_that_never_answered_says_why() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        down = Failure(FailureKind.BROKER_DOWN, "The broker answered 502.")
        engine.dashboard = replace(engine.dashboard, positions=Panel(failure=down))
        await pilot.press("3")
        await until(pilot, lambda: "The broker answered 502." in screen_text(app), "the trouble")
        assert app.screen.query_one("#positions", MarketPanel).border_subtitle == "—"


async def test_the_cursor_keeps_its_place_while_numbers_change() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, engine)
        await pilot.press("down", "down")
        before, *others = engine.dashboard.positions.value or ()
        moved = replace(before, last_price=99.5, pnl=-1935.0)
        panel = Panel((moved, *others), engine.now)
        engine.dashboard = replace(engine.dashboard, positions=panel)
        engine.clock.advance(5)
        await until(pilot, lambda: "▼ −1,935.00" in screen_text(app), "the new number")  # noqa: RUF001 - minus
        assert app.screen.query_one(PositionsTable).cursor_row == 2
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "PRODUCT" not in screen_text(app), "fewer columns")
        assert "NIFTY25NOV24500CE" in screen_text(app)
        assert app.screen.query_one(PositionsTable).cursor_row == 2
        assert app_of(pilot).is_running
