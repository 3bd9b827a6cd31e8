"""GP: the price over time; what draws it is loaded when somebody looks."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import Monochrome
from textual.pilot import Pilot

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.instruments import NIFTY
from vega_terminal.domain.market import CandleInterval
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.no_colour import Greys
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.graph import MOST, graph_notes, graph_of, time_ticks

from . import scenes
from .market_scenes import SPOT, AskedEngine, candles, go
from .waiting import running, screen_text, until

DOTS = frozenset(map(chr, range(0x2801, 0x2900)))


def is_drawn(app: VegaApp) -> bool:
    return not DOTS.isdisjoint(screen_text(app))


async def opened(pilot: Pilot[None], line: str = "gp nifty") -> VegaApp:
    app = cast("VegaApp", pilot.app)
    await running(pilot)
    await go(pilot, line)
    await until(pilot, lambda: is_drawn(app), "the line")
    return app


async def test_the_line_is_drawn_and_asked_for_while_it_is_looked_at() -> None:
    engine = AskedEngine()
    async with scenes.app_for(engine).run_test(size=(120, 36)) as pilot:
        app = await opened(pilot)
        shown = screen_text(app)
        assert "last 24,541.15" in shown
        assert "▼ −94.80 −0.38%" in shown  # noqa: RUF001 - minus
        assert "24,750.00 " in shown
        assert engine.asked == [("candles", NIFTY.key, CandleInterval.MINUTE_5)]
        engine.clock.advance(15.1)
        await until(pilot, lambda: len(engine.asked) == 2, "asked again")
        await pilot.press("1")
        engine.clock.advance(60)
        await pilot.pause()
        assert len(engine.asked) == 2


async def test_other_intervals_an_empty_one_and_trouble_are_told_in_words() -> None:
    engine = AskedEngine()
    async with scenes.app_for(engine).run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        await pilot.press("left_square_bracket", "left_square_bracket")
        await until(pilot, lambda: "no 1m prices of NIFTY" in screen_text(app), "nothing to draw")
        assert not is_drawn(app)
        engine.failure = Failure(FailureKind.BROKER_DOWN, "The broker answered 502.")
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: "The broker answered 502." in screen_text(app), "the trouble")
        engine.failure = None
        await pilot.press(*["right_square_bracket"] * 6)
        await until(pilot, lambda: is_drawn(app), "the days")
        assert engine.asked[-1] == ("candles", NIFTY.key, CandleInterval.DAY)
        assert "Sep 2025" in screen_text(app)
        engine.close_gate("401")
        await until(pilot, lambda: app.current_mode == "LOGIN", "back on LOGIN")
        assert not is_drawn(app)


def test_what_draws_is_not_loaded_with_the_screens() -> None:
    code = (
        "import sys, importlib; from vega_terminal.ui.late_screens import screen_modules\n"
        "[importlib.import_module(name) for name in screen_modules()]\n"
        "print(sorted({'numpy', 'textual_plot'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_youngest_are_drawn_and_what_is_no_number_is_not() -> None:
    many = candles(SPOT, MOST + 100, timedelta(minutes=1))
    broken = replace(many[-2], close=float("nan"))
    graph = graph_of((*many[:-2], broken, many[-1]))
    assert graph is not None
    assert len(graph.closes) == MOST
    assert graph.closes[-1] == SPOT
    assert graph.low < min(graph.closes) <= max(graph.closes) < graph.high
    assert graph_of(many[:1]) is None
    assert graph_of((broken, many[0])) is None
    assert graph_notes(many[:1]) == ()


def test_a_price_that_stands_still_has_no_direction_and_some_room() -> None:
    one = replace(candles(SPOT, 1, timedelta(minutes=1))[0], open=SPOT)
    graph = graph_of((one, one))
    assert graph is not None
    assert graph.tone is Tone.VALUE
    assert graph.low < SPOT < graph.high


def test_times_stand_where_something_begins() -> None:
    start = datetime(2025, 11, 17, 3, 45, tzinfo=UTC)
    one = candles(SPOT, 1, timedelta(minutes=1))[0]
    days = [
        replace(one, at=start + timedelta(days=day, minutes=5 * slot))
        for day in range(5)
        for slot in range(75)
    ]
    assert time_ticks(days) == ((75, "18 Nov"), (150, "19 Nov"), (225, "20 Nov"), (300, "21 Nov"))
    session = [replace(one, at=start + timedelta(minutes=minute)) for minute in range(60)]
    ticks = time_ticks(session)
    assert 4 <= len(ticks) <= 7
    assert ticks[0][1].startswith("09:")
    assert time_ticks(session[:2]) == ((1, "09:16"),)


def test_a_drawing_of_no_size_can_be_shown_without_colours() -> None:
    unstyled = [Segment("")]
    with pytest.raises(AttributeError):
        Monochrome().apply(unstyled, Color(0, 0, 0))
    assert Greys().apply(unstyled, Color(0, 0, 0)) == [Segment("", Style.null())]
