"""DES: one instrument, whichever way it is named."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Digits

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.instruments import find
from vega_terminal.ui.views.quote_page import (
    Range,
    change_line,
    depth_lines,
    price_facts,
    range_lines,
    trade_facts,
)

from . import scenes
from .manual_clock import START
from .market_scenes import AskedEngine, go, quote_of
from .test_hostile_text import ATTACKS, harmless
from .waiting import running, screen_text, until

INFY = find("INFY")


@pytest.mark.parametrize("line", ["infy des", "des infosys"])
async def test_both_ways_of_naming_it(line: str) -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(80, 24)) as pilot:
        await running(pilot)
        await pilot.press("colon", *("space" if letter == " " else letter for letter in line), "enter")
        await until(pilot, lambda: "2,484.97" in screen_text(app), "the day's low")
        assert engine.asked == [("quotes", INFY.key)]
        shown = screen_text(app)
        assert app.screen.query_one(Digits).value == "2,494.95"
        for words in ("INFY · Infosys", "▼ −9.98  −0.40%   since 2,504.93", "2,494.90 × 259", "09:00:14 IST"):  # noqa: RUF001
            assert words in shown


async def test_one_symbol_drives_the_others_and_hidden_it_asks_nothing() -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36)) as pilot:
        await running(pilot)
        await go(pilot, "des itc")
        await until(pilot, lambda: "ITC · " in screen_text(app), "ITC")
        await go(pilot, "gp infy")
        await until(pilot, lambda: "INFY · Infosys" in screen_text(app), "the graph")
        engine.asked.clear()
        engine.clock.advance(3)
        await pilot.pause()
        assert ("quotes", find("ITC").key) not in engine.asked
        await pilot.press("i")
        await until(pilot, lambda: app.screen.query_one(Digits).value == "2,494.95", "INFY on DES")
        await go(pilot, "des tata")
        assert "INFY · Infosys" in screen_text(app)
        assert engine.asked[-1] == ("quotes", INFY.key)


async def test_what_nobody_knows_is_refused_in_a_sentence() -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await running(pilot)
        await go(pilot, "tata des")
        await until(pilot, lambda: "not among the symbols" in screen_text(app), "the sentence")
        await go(pilot, "des NSE_EQ|INE000000000")
        await until(pilot, lambda: "quotes nothing under NSE_EQ|INE000000000" in screen_text(app), "no quote")
        assert app.screen.query_one(Digits).value == ""


async def test_hostile_words_of_the_broker_stay_words() -> None:
    engine = AskedEngine()
    app = scenes.app_for(engine)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await running(pilot)
        await go(pilot, "des NSE_FO|4711")
        for number, attack in enumerate(ATTACKS):
            engine.failure = None
            quote = replace(quote_of(INFY, 9, engine.now), instrument_key="NSE_FO|4711", symbol=attack)
            engine.quoted["NSE_FO|4711"] = replace(quote, volume=4711 + number)
            await pilot.press("r")
            await until(pilot, lambda: f"4,7{11 + number}" in screen_text(app), "the quote")  # noqa: B023
            assert attack[:8] in screen_text(app) or not attack[:8].isprintable()
            harmless(screen_text(app))
            engine.failure = Failure(FailureKind.UNEXPECTED_ANSWER, attack, attack)
            await pilot.press("r")
            await until(pilot, lambda: " ✕ " in screen_text(app), "the trouble")
            harmless(screen_text(app))
        assert app.is_running


def test_a_bar_stays_within_its_ends() -> None:
    def bar(last: float) -> str:
        return range_lines(Range("Day's range", 100.0, 200.0, last), 40)[1].plain

    assert bar(150).startswith("100.00 ───")
    assert bar(99).index("●") == bar(100).index("●") == len("100.00 ")
    assert bar(201).index("●") == bar(200).index("●") == len(bar(200)) - len("● 200.00")
    assert len({len(bar(last)) for last in (99, 150, 201)}) == 1
    assert range_lines(Range("Day's range", None, 200.0, 150.0), 40)[1].plain == "— — 200.00"


def test_what_is_not_there_is_a_dash_and_never_a_zero() -> None:
    index = quote_of(find("INDIAVIX"), 3, START)
    bare = replace(index, previous_close=None, open=None, high=None, low=None, at=None)
    assert {words for _, words in (*price_facts(bare), *trade_facts(bare))} == {"—"}
    assert "no previous close" in change_line(bare).plain
    assert depth_lines(bare, 40) == ()


def test_depth_shows_who_is_stronger_by_length_and_by_number() -> None:
    quote = replace(quote_of(INFY, 9, START), bid_quantity=300, ask_quantity=100)
    line = depth_lines(quote, 40)[1].plain
    assert line.startswith("300 ━")
    assert line.endswith("─ 100")
    assert line.count("━") == 3 * line.count("─")
