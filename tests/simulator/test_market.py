"""The simulated market is believable: its numbers agree with each other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vega_terminal.simulator import SimulatedBroker
from vega_terminal.simulator.account.positions import position_row, positions_of
from vega_terminal.simulator.account.trades import trades_of
from vega_terminal.simulator.market import black_scholes, calendar, quotes
from vega_terminal.simulator.market.candles import Grain, Unit, candles
from vega_terminal.simulator.market.listings import NIFTY, STOCK_BY_SYMBOL, STOCKS, Stock
from vega_terminal.simulator.market.options import SERIES, Series, contracts, option_of
from vega_terminal.simulator.population import populate
from vega_terminal.simulator.schedule import IST

from .walker import Walker, code_of

YEAR_2024 = datetime(2024, 1, 1, tzinfo=UTC)
moments = st.integers(0, 6 * 365 * 86400).map(lambda seconds: YEAR_2024 + timedelta(seconds=seconds))
stocks = st.sampled_from(STOCKS)


@given(moments, stocks)
@settings(deadline=None)
def test_a_days_bar_holds_all_its_prices(moment: datetime, stock: Stock) -> None:
    row = quotes.full_row(stock, moment)

    bar = quotes.day_bar(stock, moment)
    assert bar.low <= min(bar.open, bar.close) <= max(bar.open, bar.close) <= bar.high
    assert row["last_price"] == quotes.ltp_row(stock, moment)["last_price"] == bar.close
    assert row["net_change"] == pytest.approx(bar.close - quotes.close_before(stock, moment), abs=0.006)


@given(moments)
@settings(deadline=None)
def test_the_last_close_is_the_last_candles_close(moment: datetime) -> None:
    today = moment.astimezone(IST).date()
    session = calendar.session_start(moment).date()
    daily = candles(
        NIFTY, Grain(Unit.DAYS, 1), today - timedelta(days=14), session - timedelta(days=1), moment
    )

    assert daily[0][4] == quotes.close_before(NIFTY, moment)


@given(moments, st.sampled_from(SERIES))
@settings(deadline=None)
def test_every_contract_is_found_again_by_its_key(moment: datetime, series: Series) -> None:
    listed = list(contracts(series, moment))

    assert [option_of(option.key) for option in listed] == listed
    assert (
        len({option.key for option in listed})
        == len({option.symbol for option in listed})
        == (4 if series.weekly else 3) * 25 * 2
    )


@given(
    spot=st.floats(15_000, 35_000),
    moneyness=st.floats(0.8, 1.2),
    days=st.floats(0.1, 90),
    volatility=st.floats(0.08, 0.6),
)
def test_calls_and_puts_are_at_parity(spot: float, moneyness: float, days: float, volatility: float) -> None:
    strike, life_s = spot * moneyness, days * 86400
    call = black_scholes.value(spot=spot, strike=strike, life_s=life_s, volatility=volatility, is_call=True)
    put = black_scholes.value(spot=spot, strike=strike, life_s=life_s, volatility=volatility, is_call=False)

    discounted = strike * 2.718281828459045 ** (-black_scholes.RATE * life_s / black_scholes.YEAR_S)
    assert call.price - put.price == pytest.approx(spot - discounted, abs=1e-6)
    assert call.delta - put.delta == pytest.approx(1)
    assert (call.gamma, call.vega) == (put.gamma, put.vega)


@given(moments)
@settings(deadline=None)
def test_positions_follow_from_the_filled_orders(moment: datetime) -> None:
    identity = populate().identities[0]
    filled = [trade for trade in trades_of(identity, moment) if trade.is_filled]

    for position in positions_of(identity, moment):
        row = position_row(position, moment)
        own = [trade for trade in filled if trade.listing.key == position.listing.key]
        worth = sum(trade.quantity * (position.last_price - trade.price) for trade in own)
        assert row["quantity"] == sum(trade.quantity for trade in own)
        assert row["pnl"] == pytest.approx(worth, abs=0.02)
        assert row["pnl"] == pytest.approx(
            float(str(row["realised"])) + float(str(row["unrealised"])), abs=0.02
        )


def test_minute_candles_fill_a_session_newest_first() -> None:
    friday = date(2026, 1, 9)
    now = datetime(2026, 1, 12, 12, 0, tzinfo=IST)

    rows = candles(STOCK_BY_SYMBOL["TCS"], Grain(Unit.MINUTES, 5), friday, date(2026, 1, 11), now)

    stamps = [datetime.fromisoformat(str(row[0])) for row in rows]
    assert len(stamps) == 75
    assert (stamps[0].isoformat(), stamps[-1].isoformat()) == (
        "2026-01-09T15:25:00+05:30",
        "2026-01-09T09:15:00+05:30",
    )
    assert {later - earlier for later, earlier in pairwise(stamps)} == {timedelta(minutes=5)}
    assert all(later[1] == earlier[4] for later, earlier in pairwise(rows))


def test_weeks_and_months_gather_their_days() -> None:
    now = datetime(2026, 3, 2, tzinfo=IST)
    first, last = date(2026, 1, 1), date(2026, 2, 28)

    daily, monthly, weekly = (
        candles(NIFTY, Grain(unit, 1), first, last, now) for unit in (Unit.DAYS, Unit.MONTHS, Unit.WEEKS)
    )

    assert [str(row[0])[:10] for row in monthly] == ["2026-02-01", "2026-01-01"]
    assert len(weekly) == 9
    assert monthly[0][4] == daily[0][4]
    assert monthly[1][1] == daily[-1][1]


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2026-01-09T08:59:59+05:30", "NORMAL_CLOSE"),
        ("2026-01-09T09:00:00+05:30", "PRE_OPEN_START"),
        ("2026-01-09T09:10:00+05:30", "PRE_OPEN_END"),
        ("2026-01-09T09:15:00+05:30", "NORMAL_OPEN"),
        ("2026-01-09T15:30:00+05:30", "CLOSING_START"),
        ("2026-01-09T23:00:00+05:30", "NORMAL_CLOSE"),
        ("2026-01-10T11:00:00+05:30", "NORMAL_CLOSE"),
        ("2026-01-26T11:00:00+05:30", "NORMAL_CLOSE"),
    ],
)
def test_the_market_opens_and_closes(at: str, status: str) -> None:
    assert calendar.status_at(datetime.fromisoformat(at)) == status


@given(moments)
def test_the_session_before_now_is_a_trading_day_that_has_begun(moment: datetime) -> None:
    start, close = calendar.session_start(moment), calendar.previous_close(moment)

    assert close < start <= moment
    assert calendar.is_trading_day(start.date())
    assert calendar.is_trading_day(close.date())
    between = [close.date() + timedelta(days=n) for n in range(1, (start.date() - close.date()).days)]
    assert not any(calendar.is_trading_day(day) for day in between)


def test_the_order_book_closes_with_the_funds(broker: SimulatedBroker, walker: Walker) -> None:
    token = broker.issue_token("PRIMARY")
    broker.faults.change(night_window="on")
    closed = walker.get("/v2/order/retrieve-all", token)
    assert (closed.status_code, code_of(closed)) == (423, "UDAPI100074")
    assert walker.get("/v2/portfolio/long-term-holdings", token).status_code == 200
    broker.faults.change(night_window="off")
    assert walker.get("/v2/order/retrieve-all", token).status_code == 200
