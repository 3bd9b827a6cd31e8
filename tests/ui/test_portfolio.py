"""The portfolio: totals, sorting, filter."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.pilot import Pilot

from vega_terminal.domain.market import Panel, Position
from vega_terminal.ui.screens.portfolio import PortfolioScreen
from vega_terminal.ui.widgets.panel_head import PanelHead
from vega_terminal.ui.widgets.panel_sorting import SortedPanel
from vega_terminal.ui.widgets.panel_totals import TotalsStrip

from . import scenes
from .scripted_engine import ScriptedEngine
from .test_dashboard import hostile
from .test_hostile_text import harmless
from .waiting import app_of, running, screen_text, until


async def opened(pilot: Pilot[None], engine: ScriptedEngine) -> PortfolioScreen:
    await running(pilot)
    await pilot.press("P", "O", "R", "T", "enter")
    await until(pilot, lambda: engine.looks == 1, "the first look")
    screen = app_of(pilot).screen
    assert isinstance(screen, PortfolioScreen)
    return screen


def panel_of(screen: PortfolioScreen, name: str) -> SortedPanel[Position]:
    return screen.query_one(f"#{name}", SortedPanel)


def head_of(screen: PortfolioScreen, name: str) -> str:
    return panel_of(screen, name).query_one(PanelHead).render().plain


def symbols(screen: PortfolioScreen, name: str) -> list[str]:
    """The first words of the rows, as the board paints them."""
    board = panel_of(screen, name).board
    lines = [board.render_line(y).text for y in range(1, board.size.height)]
    return [line.strip(" ▸").split()[0] for line in lines if line.strip()]


async def test_totals_above_positions_and_holdings() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot, engine)
        await until(pilot, lambda: "HDFCBANK" in screen_text(app), "the holdings")
        figures = screen.query_one(TotalsStrip).render().plain.splitlines()[1].split("  ")
        assert [figure.strip() for figure in figures if figure.strip()] == [
            "▲ +3,250.50",
            "▲ +12,961.60",
            "2,81,215.50",
            "45,210.50",
            "12,34,567.80",
        ]
        assert symbols(screen, "positions") == ["NIFTY25NOV24500CE", "BANKNIFTY25NOV52000PE", "RELIANCE"]
        engine.close_gate("401")
        await until(pilot, lambda: app.current_mode == "LOGIN", "back on LOGIN")
        assert engine.looks == 1


async def test_s_goes_through_the_columns_and_capital_s_turns_the_order() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot, engine)
        await pilot.press("colon", "2", "enter")
        await until(
            pilot, lambda: panel_of(screen, "holdings").has_focus_within, "the holdings have the keys"
        )
        await pilot.press("down", "s")
        await until(pilot, lambda: "by SYMBOL, A to Z" in head_of(screen, "holdings"), "by symbol")
        await until(pilot, lambda: symbols(screen, "holdings") == ["HDFCBANK", "ITC", "TCS"], "A to Z")
        await pilot.press("s", "S")
        await until(pilot, lambda: "by QTY, smallest first" in head_of(screen, "holdings"), "by quantity")
        await until(
            pilot, lambda: symbols(screen, "holdings") == ["TCS", "HDFCBANK", "ITC"], "smallest first"
        )
        assert panel_of(screen, "holdings").board.cursor_key == "NSE:TCS#1"
        assert "by" not in head_of(screen, "positions")
        columns = len(panel_of(screen, "holdings").table.columns)
        await pilot.press(*("s" for _ in range(columns - 1)))
        await until(pilot, lambda: "by" not in head_of(screen, "holdings"), "the broker's order")
        await until(pilot, lambda: symbols(screen, "holdings") == ["HDFCBANK", "TCS", "ITC"], "as it came")


async def test_a_filter_narrows_and_esc_clears() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, engine)
        await pilot.press("slash", *"nfo", "space", *"!bank")
        await until(pilot, lambda: symbols(screen, "positions") == ["NIFTY25NOV24500CE"], "one is left")
        assert "1 of 3" in screen_text(app)
        await pilot.press("space", *"nothing", "enter")
        await until(pilot, lambda: "Nothing here matches the filter." in screen_text(app), "none is left")
        await pilot.press("escape")
        await until(pilot, lambda: len(symbols(screen, "positions")) == 3, "all again")
        await pilot.press("slash", "n", "i", "f", "enter", "n")
        await until(pilot, lambda: len(symbols(screen, "positions")) == 2, "both options")
        assert panel_of(screen, "positions").board.cursor_key == "NFO:BANKNIFTY25NOV52000PE:D#1"
        await pilot.press("N")
        assert panel_of(screen, "positions").board.cursor_key == "NFO:NIFTY25NOV24500CE:D#1"
        assert app.current_mode == "PORT"
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.current_mode == "LOGIN", "without a filter Esc leaves")


async def test_a_filter_that_is_typed_at_once_loses_no_letter() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, engine)
        for key in ("slash", *"nif", "enter"):
            app.post_message(events.Key(key, "/" if key == "slash" else key if len(key) == 1 else None))
        await until(pilot, lambda: len(symbols(screen, "positions")) == 2, "both options")
        assert app.focused is panel_of(screen, "positions").board


async def test_what_is_not_known_is_not_added_up() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        engine.dashboard = replace(engine.dashboard, positions=Panel())
        await pilot.press("P", "O", "R", "T", "enter")
        await until(pilot, lambda: "HDFCBANK" in screen_text(app), "the holdings")
        figures = app.screen.query_one(TotalsStrip).render().plain.splitlines()[1].split()
        assert figures == ["—", "—", "—", "45,210.50", "12,34,567.80"]


async def test_hostile_text_does_nothing() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await running(pilot)
        engine.dashboard = hostile(engine)
        await pilot.press("P", "O", "R", "T", "enter")
        await until(pilot, lambda: screen_text(app).count("[/RMS] ord") >= 2, "the first attack")
        await pilot.press("s", "s", "s", "slash", "b", "enter")
        harmless(screen_text(app))
        assert "nan" not in screen_text(app).casefold()
