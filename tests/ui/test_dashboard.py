"""The dashboard asks only while somebody looks, and each panel speaks for itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Dashboard, Holding, MarketSession, Order, Panel, Position
from vega_terminal.ui.messages import Call
from vega_terminal.ui.screens.dashboard import DashboardScreen
from vega_terminal.ui.screens.looking import LookingScreen
from vega_terminal.ui.widgets.panel_board import BoardPanel
from vega_terminal.ui.widgets.panel_head import PanelHead

from . import scenes
from .scripted_engine import ScriptedEngine
from .test_hostile_text import ATTACKS, harmless
from .waiting import app_of, running, screen_text, until

ALL = ["sessions", "indices", "funds", "positions", "holdings", "orders", "profile"]
SIZES = {
    (120, 36): ALL,
    (200, 60): ALL,
    (120, 24): ["sessions", "indices", "funds", "positions", "orders", "profile"],
    (80, 40): ["indices", "funds", "positions", "holdings", "orders"],
    (80, 24): ["indices", "funds", "positions", "orders"],
}
NIGHT = Failure(FailureKind.SERVICE_HOURS, "Closed.", "UDAPI100072")
DOWN = Failure(FailureKind.BROKER_DOWN, "The broker answered 502.")

WITHOUT_ROWS: tuple[tuple[str, Panel[tuple[Position, ...]], str], ...] = (
    ("3", Panel(), "asking the broker …"),
    ("r", Panel(failure=DOWN), "✕ The broker answered 502."),
    ("r", Panel(failure=NIGHT), "○ The broker closes this service every night"),
    ("r", Panel(()), "No positions today."),
)


async def opened(pilot: Pilot[None], engine: ScriptedEngine) -> DashboardScreen:
    await running(pilot)
    assert engine.looks == 0
    await pilot.press("3")
    await until(pilot, lambda: engine.looks == 1, "the first look")
    screen = app_of(pilot).screen
    assert isinstance(screen, DashboardScreen)
    return screen


def in_sight(screen: LookingScreen) -> list[str | None]:
    return [panel.id for panel in screen.panels if panel.display]


def with_keys(screen: LookingScreen) -> list[str | None]:
    return [panel.id for panel in screen.panels if panel.has_focus_within]


def head_of(screen: LookingScreen, name: str) -> str:
    return screen.query_one(f"#{name} PanelHead", PanelHead).render().plain


async def test_it_asks_every_five_seconds_and_when_told_to() -> None:
    engine = ScriptedEngine(scenes.ready)
    async with scenes.app_for(engine).run_test() as pilot:
        await opened(pilot, engine)
        engine.clock.advance(4.9)
        await pilot.pause()
        assert engine.looks == 1
        engine.clock.advance(0.2)
        await until(pilot, lambda: engine.looks == 2, "the second look")
        await pilot.press("r")
        await until(pilot, lambda: engine.looks == 3, "the look that was asked for")
        engine.clock.advance(4.9)
        await pilot.pause()
        assert engine.looks == 3


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
        screen = await opened(pilot, engine)
        await until(pilot, lambda: "12,34,567.80" in screen_text(app), "the funds")
        assert "○ Closed until 05:30 IST;" in screen_text(app)
        assert "tokens are fine." in screen_text(app)
        assert head_of(screen, "funds").rstrip(" ─").endswith("STALE 1m 35s")
        assert "STALE" not in head_of(screen, "positions")
        await pilot.press("colon", "3", "enter", "z")
        await until(pilot, lambda: "[UDAPI100072]" in screen_text(app), "all of the sentence, with its code")


async def test_a_panel_without_rows_says_why() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        for key, panel, words in WITHOUT_ROWS:
            engine.dashboard = replace(engine.dashboard, positions=panel)
            await pilot.press(key)
            await until(pilot, lambda words=words: words in screen_text(app), words)  # type: ignore[misc]
            assert "NIFTY25NOV24500CE" not in screen_text(app).partition("6 ORDERS")[0]
            assert "HDFCBANK" in screen_text(app)


async def test_the_cursor_keeps_its_place_while_numbers_change() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot, engine)
        await pilot.press("down", "down")
        board = screen.query_one("#positions", BoardPanel).board
        before, *others = engine.dashboard.positions.value or ()
        moved = replace(before, last_price=99.5, pnl=-1935.0)
        panel = Panel((moved, *others), engine.now)
        engine.dashboard = replace(engine.dashboard, positions=panel)
        engine.clock.advance(5)
        await until(pilot, lambda: "▼ −1,935.00" in screen_text(app), "the new number")  # noqa: RUF001 - minus
        assert board.cursor_key == "NSE:RELIANCE:I#1"
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "VALUE" not in screen_text(app), "fewer columns")
        assert "NIFTY25NOV24500CE" in screen_text(app)
        assert board.cursor_key == "NSE:RELIANCE:I#1"


async def test_each_size_shows_the_panels_that_it_has_room_for() -> None:
    engine = ScriptedEngine(scenes.ready)
    async with scenes.app_for(engine).run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot, engine)
        for size, shown in SIZES.items():
            await pilot.resize_terminal(*size)
            await until(pilot, lambda shown=shown: in_sight(screen) == shown, f"the panels of {size}")  # type: ignore[misc]
            await until(pilot, lambda: len(with_keys(screen)) == 1, "one of them has the keys")
            regions = [panel.region for panel in screen.panels if panel.display]
            body = screen.query_one("#body").region
            assert all(body.contains_region(region) and region.height >= 6 for region in regions), size
            assert not any(one.overlaps(other) for one, other in combinations(regions, 2)), size


async def test_tab_goes_round_and_a_number_goes_straight() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        screen = await opened(pilot, engine)
        assert [panel.kind.number for panel in screen.panels] == [1, 2, 3, 4, 5, 6, 7]
        assert with_keys(screen) == ["positions"]
        assert head_of(screen, "positions").startswith("▸ 4 POSITIONS")
        await pilot.press("tab")
        assert with_keys(screen) == ["holdings"]
        assert head_of(screen, "positions").startswith("─ 4 POSITIONS")
        await pilot.press("shift+tab", "shift+tab")
        assert with_keys(screen) == ["funds"]
        await pilot.press("colon", "6", "enter")
        await until(pilot, lambda: with_keys(screen) == ["orders"], "the orders have the keys")
        await pilot.press("down")
        await until(pilot, lambda: "MARUTI: RMS:Margin Exceeds" in screen_text(app), "why it was rejected")
        await pilot.press("colon", "8", "enter")
        await until(pilot, lambda: "There is no panel 8" in screen_text(app), "the refusal")
        assert with_keys(screen) == ["orders"]


async def test_zoom_shows_one_panel_alone_until_esc() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot, engine)
        await pilot.press("tab", "z")
        await until(pilot, lambda: in_sight(screen) == ["holdings"], "the holdings alone")
        assert screen.query_one("#holdings").region.height == screen.query_one("#body").region.height
        before, *others = engine.dashboard.positions.value or ()
        changed = Panel((replace(before, pnl=1.5), *others), engine.now)
        engine.dashboard = replace(engine.dashboard, positions=changed)
        engine.clock.advance(5)
        await until(pilot, lambda: engine.looks == 2, "the next look")
        assert "1.50" not in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: in_sight(screen) == ALL, "all panels")
        await until(pilot, lambda: "▲ +1.50" in screen_text(app), "what came meanwhile")
        assert with_keys(screen) == ["holdings"]
        await pilot.press("escape")
        await until(pilot, lambda: app.current_mode == "LOGIN", "Esc leaves now")


async def test_a_panel_without_room_is_picked_alone() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot, engine)
        await pilot.press("colon", "7", "enter")
        await until(pilot, lambda: "asha@example.com" in screen_text(app), "the profile")
        assert in_sight(screen) == ["profile"]
        await pilot.press("z")
        await until(pilot, lambda: with_keys(screen) == ["positions"], "the keys go to what can be seen")
        assert in_sight(screen) == ["indices", "funds", "positions", "orders"]


async def test_what_has_not_changed_is_not_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot, engine)
        await until(pilot, lambda: "RELIANCE" in screen_text(app), "the rows")
        painted: list[tuple[str | None, tuple[Region, ...]]] = []
        for widget in screen.query("MarketPanel, MarketPanel *"):
            refresh = widget.refresh

            def spy(*regions: Region, _of: object = widget, _refresh: Any = refresh, **how: bool) -> object:
                painted.append((repr(_of), regions))
                return _refresh(*regions, **how)

            monkeypatch.setattr(widget, "refresh", spy)
        app.repaint()
        engine.clock.advance(1)
        await pilot.pause()
        app.repaint()
        heads = [of for of, _ in painted]
        assert heads == [repr(screen.query_one("#funds PanelHead"))], "only the stale panel counts seconds"


async def test_enter_on_a_row_describes_its_instrument() -> None:
    engine = ScriptedEngine(scenes.ready)
    seen: list[Message] = []
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36), message_hook=seen.append) as pilot:
        await opened(pilot, engine)
        await pilot.press("shift+tab", "shift+tab", "down", "enter")
        await until(pilot, lambda: app.current_mode == "DES", "the description")
        assert [each.argument for each in seen if isinstance(each, Call)][-1] == "NSE_INDEX|Nifty Bank"
        assert "Nifty Bank" in screen_text(app)


async def test_hostile_text_in_every_field_does_nothing() -> None:
    engine = ScriptedEngine(scenes.ready)
    app = scenes.app_for(engine)
    async with app.run_test(size=(200, 60), notifications=True) as pilot:
        await running(pilot)
        engine.dashboard = hostile(engine)
        await pilot.press("3")
        await until(pilot, lambda: screen_text(app).count("[/RMS] ord") >= 5, "the first attack, everywhere")
        harmless(screen_text(app))
        await pilot.press("colon", "6", "enter", "down", "down", "down", "down", "z")
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: "asking" not in screen_text(app), "the orders alone")
        harmless(screen_text(app))
        assert "nan" not in screen_text(app).casefold()
        assert app.current_mode == "DASH"


def hostile(engine: ScriptedEngine) -> Dashboard:
    """Every text of every panel is an attack, every number none."""
    at, everything, nan = engine.now, "".join(ATTACKS), float("nan")
    failure = Failure(FailureKind.UNEXPECTED_ANSWER, everything, everything)
    seen = engine.dashboard
    profile = seen.profile.value
    (quote, *_), (order, *_) = seen.indices.value or (), seen.orders.value or ()
    (holding, *_) = seen.holdings.value or ()
    assert profile is not None

    def order_of(attack: str) -> Order:
        texts: dict[str, Any] = dict.fromkeys(
            ("order_id", "symbol", "exchange", "product", "order_type", "status"), attack
        )
        return replace(order, **texts, status_message=attack, price=nan, trigger_price=nan)

    def holding_of(attack: str) -> Holding:
        return replace(holding, symbol=attack, exchange=attack, pnl=nan, average_price=nan, day_change=nan)

    return Dashboard(
        sessions=Panel(tuple(MarketSession(a, a, None) for a in ATTACKS), at, failure),
        profile=Panel(
            replace(profile, user_id=everything, user_name=everything, email=everything, exchanges=ATTACKS),
            at,
        ),
        funds=Panel(seen.funds.value, at, failure),
        positions=Panel(tuple(Position(a, a, a, 1, nan, nan, nan) for a in ATTACKS), at, failure),
        holdings=Panel(tuple(holding_of(a) for a in ATTACKS), at),
        orders=Panel(tuple(order_of(a) for a in ATTACKS), at, failure),
        indices=Panel(
            tuple(
                replace(quote, symbol=a, instrument_key=a, last_price=nan, low=nan, high=nan) for a in ATTACKS
            ),
            at,
        ),
    )
