"""W: one question a second for all of it, and only while somebody looks."""

from __future__ import annotations

from typing import cast

from textual import events
from textual.pilot import Pilot

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.instruments import BANKNIFTY, NIFTY, find
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.facade import BrokerKind
from vega_terminal.ui.preferences import Preferences
from vega_terminal.ui.screens.watchlist import WatchlistScreen
from vega_terminal.ui.views.watchlist import USUAL, breadth, remarks, watched, watchlist_of
from vega_terminal.ui.widgets.quote_board import QuoteBoard

from . import scenes
from .market_scenes import AskedEngine, go
from .test_hostile_text import ATTACKS, harmless
from .waiting import running, screen_text, until

DOWN = Failure(FailureKind.BROKER_DOWN, "The broker answered 502 [/RMS]\x1b[2J. It is asked again soon.")


async def opened(pilot: Pilot[None], engine: AskedEngine) -> None:
    await running(pilot)
    await go(pilot, "w")
    await until(pilot, lambda: "24,541.15" in screen_text(cast("VegaApp", pilot.app)), "the quotes")


def of_quotes(engine: AskedEngine) -> int:
    return sum(what[0] == "quotes" for what in engine.asked)


def row(app: VegaApp, symbol: str) -> str:
    """The line of a symbol."""
    return next(line for line in screen_text(app).splitlines() if f" {symbol} " in line)


async def test_all_keys_in_one_question_each_second_while_looked_at() -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, engine)
        assert engine.asked == [("quotes", *(one.key for one in USUAL))]
        assert "7 up" in screen_text(app)
        assert "▲ +196.33" in row(app, "NIFTY")
        engine.clock.advance(0.9)
        await pilot.pause()
        assert of_quotes(engine) == 1
        engine.clock.advance(0.2)
        await until(pilot, lambda: of_quotes(engine) == 2, "the second question")
        await pilot.press("1")
        await until(pilot, lambda: app.current_mode == "LOGIN", "hidden")
        engine.clock.advance(60)
        await pilot.pause()
        assert of_quotes(engine) == 2


async def test_trouble_is_told_the_numbers_stay_and_grow_old() -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(pilot, engine)
        engine.failure = DOWN
        engine.clock.advance(1.1)
        await until(pilot, lambda: "The broker answered 502" in screen_text(app), "the trouble")
        harmless(screen_text(app))
        assert "24,541.15" in row(app, "NIFTY")
        assert "STALE" not in screen_text(app)
        engine.clock.advance(4)
        await pilot.pause()
        assert of_quotes(engine) == 2
        engine.clock.advance(7)
        await until(pilot, lambda: "STALE 12s" in screen_text(app), "the age")
        engine.failure = None
        engine.clock.advance(5)
        await until(pilot, lambda: "502" not in screen_text(app), "all is well")
        assert "just now" in screen_text(app)


async def test_a_closing_gate_takes_everything_with_it() -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, engine)
        screen = cast("WatchlistScreen", app.screen)
        await pilot.press("1")
        assert len(screen.answer or ()) == len(USUAL)
        engine.close_gate("401")
        assert len(screen.answer or ()) == 0
        engine.generate("PRIMARY")
        engine.open_gate()
        assert len(screen.answer or ()) == 0, "what was seen before is gone for good"


async def test_the_gate_closes_under_the_eyes() -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, engine)
        engine.close_gate("401")
        await until(pilot, lambda: app.current_mode == "LOGIN", "back on LOGIN")
        asked = of_quotes(engine)
        engine.clock.advance(60)
        await pilot.pause()
        assert of_quotes(engine) == asked
        assert "24,541.15" not in screen_text(app)


async def test_a_row_is_described_and_the_cursor_waits_for_the_way_back() -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, engine)
        await pilot.press("down", "j", "enter")
        await until(pilot, lambda: "80,056.39" in screen_text(app), "the low of SENSEX")
        assert app.current_mode == "DES"
        await pilot.press("escape")
        await until(pilot, lambda: app.current_mode == "W", "back")
        assert row(app, "SENSEX").startswith("▸")
        await pilot.press("p")
        await until(pilot, lambda: app.current_mode == "GP", "the graph")
        assert app.session.security.symbol == "SENSEX"


async def test_a_filter_narrows_and_esc_takes_it_back() -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, engine)
        await pilot.press("slash", *"bank", "enter")
        await until(pilot, lambda: "5 of 14" in screen_text(app), "the filter")
        assert "RELIANCE" not in screen_text(app)
        await pilot.press("n", "n", "N", "o")
        await until(pilot, lambda: app.current_mode == "OMON", "the options of the second hit")
        assert app.session.security.symbol == "HDFCBANK"
        await pilot.press("escape")
        await until(pilot, lambda: app.current_mode == "W", "back")
        await pilot.press("escape")
        await until(pilot, lambda: "RELIANCE" in screen_text(app), "everything again")
        assert app.current_mode == "W"


async def test_a_filter_that_is_typed_at_once_loses_no_letter() -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, engine)
        for key in ("slash", *"bank", "enter"):
            app.post_message(events.Key(key, "/" if key == "slash" else key if len(key) == 1 else None))
        await until(pilot, lambda: "5 of 14" in screen_text(app), "the filter stands")
        assert app.focused is app.screen.query_one(QuoteBoard)


async def test_names_that_stand_for_nothing_are_told_and_do_nothing() -> None:
    engine = AskedEngine()
    own = Preferences(watchlist=("nifty 50", *ATTACKS[:4], "NSE_EQ|INE000000000"))
    app = scenes.app_for(engine, BrokerKind.SIMULATED, own)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot, engine)
        assert "Not known by name: [/RMS] order refused" in screen_text(app)
        harmless(screen_text(app))
        assert engine.asked[0] == ("quotes", NIFTY.key, "NSE_EQ|INE000000000")
        assert "—" in row(app, "INE000000…")


def test_the_operators_order_counts_and_nobody_comes_twice() -> None:
    listed = watchlist_of(("bank nifty", "NIFTY BANK", "NIFTY", "banknifty", "Tata"))
    assert listed.instruments == (BANKNIFTY, NIFTY)
    assert listed.unknown == ("Tata",)
    assert watchlist_of(()).instruments == USUAL


def test_what_is_missing_is_named_and_counted() -> None:
    rows = watched(map(find, ("NIFTY", "INFY", "TCS", "ITC", "LT")), ())
    assert breadth(rows) == (("▲ 0 up", "$vega-up"), ("▼ 0 down", "bold $vega-down"))
    assert remarks(watchlist_of(("NIFTY",)), rows) == "Not quoted by the broker: NIFTY, INFY, TCS and 2 more."
    assert remarks(watchlist_of(("NIFTY",)), ()) == ""
