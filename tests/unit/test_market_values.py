"""What follows from market values without asking anybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from vega_terminal.domain.instruments import (
    BANKNIFTY,
    INSTRUMENTS,
    NIFTY,
    Instrument,
    UnknownInstrument,
    find,
)
from vega_terminal.domain.market import CandleInterval, OptionChain, OptionRow, Panel, Quote

NOW = datetime(2026, 10, 6, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "close", "change", "percent"),
    [(110.0, 100.0, 10.0, 10.0), (95.0, 100.0, -5.0, -5.0), (5.0, None, None, None), (5.0, 0.0, 5.0, None)],
)
def test_change_against_the_previous_close(
    last: float, close: float | None, change: float | None, percent: float | None
) -> None:
    quote = Quote(instrument_key=NIFTY.key, symbol="Nifty 50", last_price=last, previous_close=close)
    assert (quote.change, quote.change_percent) == (change, percent)


@pytest.mark.parametrize(
    ("spot", "nearest"), [(25951.0, 25950.0), (25975.0, 25950.0), (99999.0, 26000.0), (None, None)]
)
def test_the_strike_at_the_money(spot: float | None, nearest: float | None) -> None:
    rows = tuple(OptionRow(strike, None, None) for strike in (25900.0, 25950.0, 26000.0))
    assert OptionChain(NIFTY.key, date(2026, 10, 13), spot, rows).at_the_money == nearest
    assert OptionChain(NIFTY.key, date(2026, 10, 13), spot, ()).at_the_money is None


def test_data_is_stale_after_two_intervals() -> None:
    panel = Panel("x", NOW, interval=60)
    assert not panel.is_stale(NOW + timedelta(seconds=120))
    assert panel.is_stale(NOW + timedelta(seconds=121))
    assert not Panel().is_stale(NOW)


def test_no_interval_reaches_further_back_than_the_broker_allows() -> None:
    most = {"m": 31, "h": 92, "d": 3653, "w": 3653, "mo": 3653}
    for interval in CandleInterval:
        number = int("".join(filter(str.isdigit, interval)))
        unit = interval.lstrip("0123456789")
        assert interval.longest_days <= (92 if unit == "m" and number > 15 else most[unit])


@pytest.mark.parametrize(
    "text", ["NIFTY", "nifty", " Nifty 50 ", "nifty50", "NSE_INDEX|Nifty 50", NIFTY.key.lower()]
)
def test_an_instrument_is_found_by_any_of_its_names(text: str) -> None:
    assert find(text) is NIFTY


def test_every_listed_instrument_is_found_by_symbol_and_key() -> None:
    for instrument in INSTRUMENTS:
        assert find(instrument.symbol) is find(instrument.key) is instrument
    assert find("Nifty Bank") is BANKNIFTY


def test_a_full_key_is_taken_as_it_is() -> None:
    key = "NSE_FO|40001"
    assert find(f" {key} ") == Instrument("40001", key, "40001")


@pytest.mark.parametrize(
    "text", ["", "NIFT", "RELIANCE LTD", "INE002A01018", "NSE_EQ|", "nse_fo|40001", "A|B|C", "x" * 999]
)
def test_nobody_guesses(text: str) -> None:
    with pytest.raises(UnknownInstrument, match=r"NSE_EQ\|INE002A01018") as caught:
        find(text)
    assert len(str(caught.value)) < 300
