"""Market and account against the simulated broker, an independent judge, over HTTP."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from vega_terminal.broker.client import Timeouts, UpstoxBroker
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind as Kind
from vega_terminal.domain.instruments import INDICES, INSTRUMENTS, NIFTY, SHARES, find
from vega_terminal.domain.market import CandleInterval, Dashboard, Side
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.engine.market_panels import DashboardPanels
from vega_terminal.simulator import Call, Fault, FaultKind, SimulatedBroker

from .conftest import TUESDAY_1100_IST, WEDNESDAY_0200_IST, SimulatedTime

RELIANCE = find("reliance").key
Read = Callable[[UpstoxBroker, Secret], Awaitable[object]]
READS: dict[Call, Read] = {
    Call.HOLDINGS: lambda upstox, token: upstox.holdings(token),
    Call.ORDERS: lambda upstox, token: upstox.orders(token),
    Call.QUOTES: lambda upstox, token: upstox.quotes(token, [RELIANCE]),
    Call.OPTIONS: lambda upstox, token: upstox.expiries(token, NIFTY.key),
    Call.CANDLES: lambda upstox, token: upstox.candles(token, RELIANCE, CandleInterval.DAY, 5),
}


@pytest.fixture(scope="module")
def running() -> Iterator[SimulatedBroker]:
    with SimulatedBroker(apps=("PRIMARY",)) as simulated:
        yield simulated


@pytest_asyncio.fixture
async def upstox(simulated: SimulatedBroker) -> AsyncIterator[UpstoxBroker]:
    url = simulated.api_base_url
    patient = Timeouts(market=30.0, bulk=30.0)  # the machine may be busy with other tests
    broker = UpstoxBroker(url, HttpxTransport(url), SimulatedTime(simulated), patient)
    yield broker
    await broker.aclose()


@pytest.fixture
def token(simulated: SimulatedBroker) -> Secret:
    return Secret(simulated.issue_token("PRIMARY"))


async def test_holdings(upstox: UpstoxBroker, token: Secret) -> None:
    holdings = await upstox.holdings(token)
    assert {holding.symbol for holding in holdings} <= {share.symbol for share in SHARES}
    for holding in holdings:
        assert holding.average_price is not None
        assert holding.close_price is not None
        worth = holding.quantity * (holding.last_price - holding.average_price)
        assert holding.pnl == pytest.approx(worth, abs=0.01)
        assert holding.day_change == pytest.approx(holding.last_price - holding.close_price, abs=0.01)


async def test_orders(simulated: SimulatedBroker, upstox: UpstoxBroker, token: Secret) -> None:
    orders = await upstox.orders(token)
    by_status = {order.status: order for order in orders}
    assert set(by_status) == {"complete", "rejected", "cancelled", "trigger pending", "open"}
    assert {order.status for order in orders if order.is_working} == {"trigger pending", "open"}
    assert "Margin" in by_status["rejected"].status_message
    stop = by_status["trigger pending"]
    assert (stop.side, stop.order_type, stop.exchange) == (Side.SELL, "SL", "NFO")
    assert stop.trigger_price
    opening = datetime(2026, 10, 6, 3, 45, tzinfo=UTC)
    assert all(order.placed_at and opening < order.placed_at <= simulated.now() for order in orders)


async def test_every_known_instrument_has_a_quote(
    simulated: SimulatedBroker, upstox: UpstoxBroker, token: Secret
) -> None:
    quotes = await upstox.quotes(token, [instrument.key for instrument in INSTRUMENTS])
    assert [quote.instrument_key for quote in quotes] == [each.key for each in INSTRUMENTS]
    for quote in quotes:
        assert quote.low is not None
        assert quote.high is not None
        assert quote.low <= quote.last_price <= quote.high
        assert quote.at is not None
        assert abs(quote.at - simulated.now()) < timedelta(minutes=1)
    assert all(quote.bid is None and quote.ask is None for quote in quotes[: len(INDICES)])
    for share in quotes[len(INDICES) :]:
        assert share.bid is not None
        assert share.ask is not None
        assert share.bid < share.ask


async def test_the_change_agrees_with_yesterdays_candle(upstox: UpstoxBroker, token: Secret) -> None:
    (quote,) = await upstox.quotes(token, [RELIANCE])
    *_, yesterday, today = await upstox.candles(token, RELIANCE, CandleInterval.DAY, 10)
    assert quote.previous_close == yesterday.close
    assert quote.change == pytest.approx(quote.last_price - yesterday.close)
    assert (today.open, today.at) == (quote.open, datetime(2026, 10, 5, 18, 30, tzinfo=UTC))


@pytest.mark.parametrize("interval", CandleInterval)
async def test_candles_of_every_interval_follow_each_other(
    interval: CandleInterval, simulated: SimulatedBroker, upstox: UpstoxBroker, token: Secret
) -> None:
    days = 60 if interval.longest_days > 60 else 4
    candles = await upstox.candles(token, NIFTY.key, interval, days)
    assert len(candles) > 1
    assert [candle.at for candle in candles] == sorted({candle.at for candle in candles})
    assert candles[-1].at <= simulated.now()
    assert all(each.low <= min(each.open, each.close) <= each.high for each in candles)


async def test_the_longest_span_of_every_interval_is_within_the_brokers(
    upstox: UpstoxBroker, token: Secret
) -> None:
    for interval in (CandleInterval.MINUTE_15, CandleInterval.HOUR):
        assert await upstox.candles(token, NIFTY.key, interval, interval.longest_days)


async def test_an_option_chain_from_its_expiry(upstox: UpstoxBroker, token: Secret) -> None:
    expiries = await upstox.expiries(token, NIFTY.key)
    assert list(expiries) == sorted(set(expiries))
    chain = await upstox.option_chain(token, NIFTY.key, expiries[0])
    strikes = [row.strike for row in chain.rows]
    assert strikes == sorted(set(strikes))
    middle = chain.rows[strikes.index(chain.at_the_money or 0.0)]
    assert middle.call is not None
    assert middle.put is not None
    (quote,) = await upstox.quotes(token, [middle.call.instrument_key])
    assert quote.open_interest == middle.call.open_interest
    assert middle.call.delta is not None
    assert middle.put.delta is not None
    assert middle.call.delta - middle.put.delta == pytest.approx(1, abs=0.001)


async def test_an_expiry_without_contracts_has_no_rows(upstox: UpstoxBroker, token: Secret) -> None:
    chain = await upstox.option_chain(token, NIFTY.key, TUESDAY_1100_IST.date() + timedelta(days=1))
    assert (chain.rows, chain.spot, chain.at_the_money) == ((), None, None)


async def test_an_unknown_instrument_is_refused(upstox: UpstoxBroker, token: Secret) -> None:
    for call in (
        upstox.quotes(token, ["NSE_EQ|INE999Z99999"]),
        upstox.candles(token, "NSE_EQ|INE999Z99999", CandleInterval.DAY, 5),
        upstox.option_chain(token, RELIANCE, TUESDAY_1100_IST.date()),
    ):
        with pytest.raises(BrokerError, match="does not know an instrument"):
            await call


async def test_the_order_book_is_closed_at_night(simulated: SimulatedBroker, upstox: UpstoxBroker) -> None:
    simulated.faults.change(night_window="auto")
    simulated.jump_to(WEDNESDAY_0200_IST)
    token = Secret(simulated.issue_token("PRIMARY"))
    with pytest.raises(BrokerError) as caught:
        await upstox.orders(token)
    assert (caught.value.kind, caught.value.failure.code) == (Kind.SERVICE_HOURS, "UDAPI100074")
    await upstox.holdings(token)  # which have no such hours
    await upstox.quotes(token, [RELIANCE])


FAULTS = [
    (Fault(FaultKind.UNAUTHORIZED), Kind.TOKEN_REFUSED),
    (Fault(FaultKind.SERVICE_HOURS), Kind.SERVICE_HOURS),
    (Fault(FaultKind.TOO_MANY_REQUESTS, retry_after_s=3), Kind.RATE_LIMITED),
    (Fault(FaultKind.HTML_IN_200), Kind.NOT_JSON),
    (Fault(FaultKind.HANG), Kind.TIMEOUT),
]


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=lambda value: getattr(value, "kind", value))
async def test_each_fault_of_each_read_has_its_kind(
    call: Call, fault: Fault, kind: Kind, simulated: SimulatedBroker, token: Secret
) -> None:
    url = simulated.api_base_url
    patience = 0.2 if kind is Kind.TIMEOUT else 30.0
    hasty = Timeouts(market=patience, bulk=patience)
    upstox = UpstoxBroker(url, HttpxTransport(url), SimulatedTime(simulated), hasty)
    simulated.faults.add(dataclasses.replace(fault, call=call))
    with pytest.raises(BrokerError) as caught:
        await READS[call](upstox, token)
    assert caught.value.kind is kind
    assert caught.value.failure.retry_after == fault.retry_after_s
    await upstox.aclose()


# --- the whole dashboard --------------------------------------------------------------------------


@pytest.fixture
def panels(simulated: SimulatedBroker, upstox: UpstoxBroker) -> DashboardPanels:
    return DashboardPanels(upstox, simulated.now)


def troubles(dashboard: Dashboard) -> dict[str, Kind]:
    """The panels that failed."""
    panels = {field.name: getattr(dashboard, field.name) for field in dataclasses.fields(dashboard)}
    return {name: panel.failure.kind for name, panel in panels.items() if panel.failure}


async def test_the_whole_dashboard_is_within_the_limit(
    simulated: SimulatedBroker, panels: DashboardPanels
) -> None:
    simulated.faults.change(rate_limit_per_s=50)
    await panels.refresh(primary_token(simulated))
    shown = panels.shown()
    assert troubles(shown) == {}
    assert [quote.symbol for quote in shown.indices.value or ()] == [
        "Nifty 50",
        "Nifty Bank",
        "SENSEX",
        "India VIX",
    ]
    assert shown.holdings.value
    assert shown.orders.value
    assert shown.positions.value


async def test_a_limit_and_the_night_are_told_by_the_panels_that_meet_them(
    simulated: SimulatedBroker, panels: DashboardPanels
) -> None:
    simulated.jump_to(WEDNESDAY_0200_IST)
    simulated.faults.change(night_window="auto")
    simulated.faults.add(Fault(FaultKind.TOO_MANY_REQUESTS, Call.HOLDINGS))
    await panels.refresh(primary_token(simulated))
    shown = panels.shown()
    assert troubles(shown) == {
        "funds": Kind.SERVICE_HOURS,
        "orders": Kind.SERVICE_HOURS,
        "holdings": Kind.RATE_LIMITED,
    }
    assert "made at 02:02:" in str(shown.holdings.failure)
    assert "05:30 IST" in str(shown.orders.failure)


def primary_token(simulated: SimulatedBroker) -> AccessToken:
    issued = IssuedToken(Secret(simulated.issue_token("PRIMARY")), "SB1001", simulated.now())
    return AccessToken.from_issue("PRIMARY", "client", issued, epoch=1)
