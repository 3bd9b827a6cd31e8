"""Once the gate has closed, nothing of what the broker said is left in memory, seen or not."""

from __future__ import annotations

import gc
from dataclasses import replace

from vega_terminal.domain.market import Dashboard, Holding, Panel, Position, Quote
from vega_terminal.ui.functions import Code
from vega_terminal.ui.views.quotes import BoardCell

from . import market_scenes, scenes
from .market_scenes import go
from .scripted_engine import ScriptedEngine
from .waiting import running, screen_text, until

PRICE, SHOWN = 777123.45, "7,77,123.45"
"""A price that is nowhere else, and as boards and pages show it."""


async def test_hidden_screens_forget_what_they_showed() -> None:
    engine = ScriptedEngine(market_scenes.live)
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        mark(engine)
        for code in (Code.DASH, Code.PORT, Code.W, Code.DES):
            await go(pilot, code)
            await until(pilot, lambda: SHOWN in screen_text(app), f"{code} shows the price")
        await go(pilot, Code.LOGIN)
        engine.dashboard, engine.quoted = Dashboard(), {}
        assert {type(one) for one in remembered()} == {Position, Holding, Quote, BoardCell}
        engine.close_gate("The broker refused the PRIMARY token (401).")
        await until(pilot, lambda: "refused the PRIMARY token" in screen_text(app), "the operator is told")
        await until(pilot, lambda: not remembered(), "all of it is forgotten")


def mark(engine: ScriptedEngine) -> None:
    """Give everything the price that can be found again."""
    seen = engine.dashboard
    positions = tuple(replace(one, last_price=PRICE) for one in seen.positions.value or ())
    holdings = tuple(replace(one, last_price=PRICE) for one in seen.holdings.value or ())
    engine.dashboard = replace(
        seen, positions=Panel(positions, engine.now), holdings=Panel(holdings, engine.now)
    )
    engine.quoted = {
        key: replace(quote, last_price=PRICE, open=PRICE) for key, quote in engine.quoted.items()
    }


def remembered() -> list[object]:
    """Every value and every cell with that price that is still alive."""
    gc.collect()
    alive = gc.get_objects()
    values = [one for one in alive if isinstance(one, Position | Holding | Quote) and one.last_price == PRICE]
    return [*values, *(one for one in alive if isinstance(one, BoardCell) and one.text == SHOWN)]
