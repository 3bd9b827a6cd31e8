"""OMON: the chain of one underlying, with the strike at the money in the middle."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import cast

from textual.pilot import Pilot

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.instruments import NIFTY
from vega_terminal.domain.market import OptionChain, OptionQuote, OptionRow, Quote
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.views.option_columns import Preset, compact, option_columns
from vega_terminal.ui.views.options import (
    SPOT,
    ChainBand,
    OptionSide,
    band_line,
    chain_notes,
    contract_key,
    option_rows,
)

from . import scenes
from .market_scenes import EXPIRY, NEXT_EXPIRY, AskedEngine, chain, go
from .waiting import running, screen_text, until


async def opened(pilot: Pilot[None], line: str = "nifty omon") -> VegaApp:
    app = cast("VegaApp", pilot.app)
    await running(pilot)
    await go(pilot, line)
    await until(pilot, lambda: "▸◆" in screen_text(app), "the cursor at the money")
    return app


def lines(app: VegaApp) -> list[str]:
    """What stands between the heading and the hint."""
    shown = screen_text(app).splitlines()
    start = next(number for number, line in enumerate(shown) if "STRIKE" in line)
    return shown[start + 1 : -3]


async def test_the_strike_at_the_money_stands_in_the_middle_below_the_spot() -> None:
    engine = AskedEngine()
    async with scenes.app_for(engine).run_test(size=(120, 36)) as pilot:
        app = await opened(pilot)
        shown = lines(app)
        at = next(number for number, line in enumerate(shown) if "◆" in line)
        assert abs(at - len(shown) // 2) <= 1
        assert "24,550.00" in shown[at]
        assert "─ 24,541.15 " in shown[at - 1]
        assert engine.asked == [("chain", NIFTY.key, EXPIRY)]
        await pilot.press("home")
        await until(pilot, lambda: "◆" not in "".join(lines(app)), "the lowest strikes")
        await pilot.press("a")
        await until(pilot, lambda: "▸◆" in screen_text(app), "back")
        await pilot.press("1")
        engine.clock.advance(60)
        await pilot.pause()
        assert len(engine.asked) == 1


async def test_brackets_choose_the_expiry_as_far_as_there_is_one() -> None:
    engine = AskedEngine()
    async with scenes.app_for(engine).run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        assert "27 Nov 2025, in 3 days, 1 of 2" in screen_text(app)
        await pilot.press("right_square_bracket", "right_square_bracket")
        await until(pilot, lambda: "04 Dec 2025, in 10 days, 2 of 2" in screen_text(app), "the next one")
        await until(pilot, lambda: "▸◆" in screen_text(app), "its strikes")
        engine.clock.advance(3.1)
        await until(pilot, lambda: len(engine.asked) == 3, "asked again")
        assert engine.asked[1:] == [("chain", NIFTY.key, NEXT_EXPIRY)] * 2
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: engine.asked[-1] == ("chain", NIFTY.key, EXPIRY), "the nearest again")


async def test_other_columns_keep_the_strike() -> None:
    engine = AskedEngine()
    async with scenes.app_for(engine).run_test(size=(120, 36)) as pilot:
        app = await opened(pilot)
        await pilot.press("down", "down", "m")
        await until(pilot, lambda: "DELTA" in screen_text(app), "the greeks")
        cursor = next(line for line in lines(app) if line.startswith("▸"))
        assert "24,650.00" in cursor
        assert "−0.66" in cursor  # noqa: RUF001 - the delta of the put
        await pilot.press("m")
        await until(pilot, lambda: "CHANGE" in screen_text(app), "open interest")
        assert any("━" in line for line in lines(app))
        await pilot.press("m")
        await until(pilot, lambda: "BID" in screen_text(app), "prices again")


async def test_a_contract_is_described_and_the_chain_stays_that_of_its_underlying() -> None:
    engine = AskedEngine()
    async with scenes.app_for(engine).run_test(size=(120, 36), notifications=True) as pilot:
        app = await opened(pilot)
        contract = Quote(instrument_key="NSE_FO|43081", symbol="NIFTY25NOV24550PE", last_price=114.5)
        engine.quoted[contract.instrument_key] = contract
        await pilot.press("right")
        await until(pilot, lambda: "▸ PUTS" in screen_text(app), "the puts")
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "DES", "the description")
        assert app.session.security.key == "NSE_FO|43081"
        await until(pilot, lambda: "NIFTY25NOV24550PE · NSE_FO|43081" in screen_text(app), "its name")
        await pilot.press("p")
        await until(pilot, lambda: "no 5m prices of NIFTY25NOV24550PE" in screen_text(app), "its graph")
        await pilot.press("escape")
        await pilot.press("escape")
        await until(pilot, lambda: "NIFTY · Nifty 50" in screen_text(app), "the chain")
        assert "▸◆" in screen_text(app)
        await go(pilot, "omon itc")
        await until(pilot, lambda: "no options of ITC" in screen_text(app), "no options")
        await pilot.press("right_square_bracket", "m", "a", "enter")
        assert app.is_running


async def test_trouble_and_a_closed_gate() -> None:
    engine = AskedEngine()
    async with scenes.app_for(engine).run_test(size=(80, 24)) as pilot:
        app = await opened(pilot)
        engine.failure = Failure(FailureKind.RATE_LIMITED, "Asked again at 09:01:00 IST.", retry_after=40)
        engine.clock.advance(3.1)
        await until(pilot, lambda: "Asked again at 09:01:00" in screen_text(app), "the trouble")
        assert "24,550.00" in screen_text(app)
        engine.close_gate("401")
        await until(pilot, lambda: app.current_mode == "LOGIN", "back on LOGIN")
        assert "24,550.00" not in screen_text(app)


def test_a_chain_with_holes_keeps_its_shape() -> None:
    lonely = OptionQuote(instrument_key="NSE_FO|1")
    holes = OptionChain("X", EXPIRY, None, (OptionRow(100.0, None, None), OptionRow(110.0, lonely, None)))
    for preset in Preset:
        rows = option_rows(holes, preset)
        assert [row.key for row in rows] == ["100", "110"]
        assert {len(row.cells) for row in rows} == {len(option_columns(preset))}
        assert all(row.marker == "" for row in rows)
        assert rows[0].cells[-1].text == "—"
    assert chain_notes(holes) == ()
    assert contract_key(holes, "110", OptionSide.CALLS) == "NSE_FO|1"
    assert contract_key(holes, "110", OptionSide.PUTS) is None


def test_the_spot_stands_where_it_belongs_even_outside_the_strikes() -> None:
    usual = chain(NIFTY.key, EXPIRY, strikes=3)
    for spot, place in ((1.0, 0), (24500.0, 1), (24541.0, 1), (99_999.0, 3)):
        rows = option_rows(replace(usual, spot=spot), Preset.PRICES)
        assert [row.key for row in rows].index(SPOT) == place
    assert contract_key(usual, SPOT, OptionSide.PUTS) == NIFTY.key


def test_counts_in_lakh_and_crore() -> None:
    counts = (0, 99_999, 123_456, -123_456, 12_400_000)
    assert [compact(count) for count in counts] == ["0", "99,999", "1.23L", "−1.23L", "1.24Cr"]  # noqa: RUF001


def test_a_greek_that_rounds_to_nothing_has_no_sign() -> None:
    tiny = OptionRow(100.0, OptionQuote(instrument_key="NSE_FO|1", delta=-0.0004, theta=-0.4), None)
    (row,) = option_rows(OptionChain("X", EXPIRY, None, (tiny,)), Preset.GREEKS)
    shown = [cell.text for cell in row.cells]
    assert "0.00" in shown
    assert "−0.40" in shown  # noqa: RUF001


def test_the_band_tells_how_long_an_option_lives() -> None:
    band = ChainBand((EXPIRY, NEXT_EXPIRY), EXPIRY)
    said = [band_line(band, EXPIRY - timedelta(days), 100).plain for days in (0, 1, 2)]
    assert ["expires today" in said[0], "in 1 day," in said[1], "in 2 days," in said[2]] == [True] * 3
    assert {len(band_line(band, EXPIRY, width).plain) for width in (10, 40, 80, 200)} == {10, 40, 80, 200}
