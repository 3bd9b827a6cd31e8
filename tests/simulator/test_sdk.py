"""The broker's official SDK, as an independent client, gets correct answers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import upstox_client
from upstox_client.rest import ApiException

from vega_terminal.simulator import Call, Fault, FaultKind, SimulatedBroker
from vega_terminal.simulator.schedule import IST

from .walker import Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NIFTY = "NSE_INDEX|Nifty 50"
RELIANCE = "NSE_EQ|INE002A01018"
PATIENCE = {"_request_timeout": 5}


@pytest.fixture
def connect(broker: SimulatedBroker) -> Iterator[Callable[[str], Any]]:
    """Makes SDK clients with a given token."""
    broker.faults.change(night_window="off")
    clients: list[Any] = []

    def client(token: str) -> Any:
        configuration = upstox_client.Configuration()
        configuration.host = broker.api_base_url
        configuration.access_token = token
        clients.append(upstox_client.ApiClient(configuration))
        return clients[-1]

    yield client
    for each in clients:
        each.pool.close()
        each.rest_client.pool_manager.clear()


@pytest.fixture
def client(broker: SimulatedBroker, connect: Callable[[str], Any]) -> Any:
    return connect(broker.issue_token("PRIMARY"))


def refusal(call: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(ApiException) as caught:
        call()
    return caught.value.status, str(caught.value.body)


def test_login_profile_and_logout(
    broker: SimulatedBroker, walker: Walker, connect: Callable[[str], Any]
) -> None:
    app = walker.app("WEBSOCKET3")
    landing = walker.sign_in(app.name)

    issued = upstox_client.LoginApi(connect("")).token(
        "2.0",
        code=landing.code,
        client_id=app.client_id,
        client_secret=app.client_secret,
        redirect_uri=app.redirect_uri,
        grant_type="authorization_code",
        **PATIENCE,
    )
    client = connect(issued.access_token)
    profile = upstox_client.UserApi(client).get_profile("2.0", **PATIENCE)
    logout = upstox_client.LoginApi(client).logout("2.0", **PATIENCE)

    assert issued.user_id == profile.data.user_id == app.identity.user_id
    assert (profile.status, profile.data.broker, profile.data.is_active) == ("success", "UPSTOX", True)
    assert issued.extended_token != issued.access_token
    assert (logout.status, logout.data) == ("success", True)
    status, body = refusal(lambda: upstox_client.UserApi(client).get_profile("2.0", **PATIENCE))
    assert status == 401
    assert "UDAPI100050" in body


def test_a_bogus_code_and_a_wrong_secret_raise(
    broker: SimulatedBroker, connect: Callable[[str], Any]
) -> None:
    api = upstox_client.LoginApi(connect(""))
    app = broker.population.apps[0]
    form = {"client_id": app.client_id, "redirect_uri": app.redirect_uri, "grant_type": "authorization_code"}

    status, body = refusal(lambda: api.token("2.0", code="bogus1", client_secret="x", **form, **PATIENCE))
    assert (status, "UDAPI100057" in body) == (401, True)
    code = broker.issue_code(app.name)
    status, body = refusal(lambda: api.token("2.0", code=code, client_secret="x", **form, **PATIENCE))
    assert (status, "UDAPI100069" in body) == (401, True)


def test_funds_in_both_versions_agree(broker: SimulatedBroker, client: Any) -> None:
    api = upstox_client.UserApi(client)

    old = api.get_user_fund_margin("2.0", **PATIENCE).data
    security = api.get_user_fund_margin("2.0", segment="SEC", **PATIENCE).data
    new = api.get_user_fund_margin_v3(**PATIENCE).data

    total = new.available_to_trade.total
    assert total > 0
    assert old["equity"].available_margin == pytest.approx(total, rel=0.02)
    assert old["commodity"].available_margin == 0
    assert set(security) == {"equity"}
    cash = new.available_to_trade.cash_available_to_trade
    assert cash.total == pytest.approx(
        cash.cash.opening_balance - cash.cash.unpaid_charges - cash.margin_used.total, abs=0.05
    )
    assert new.unavailable_to_trade.pledge_unavailable_to_trade.equity == 0


def test_funds_at_night_raise_423(broker: SimulatedBroker, client: Any) -> None:
    broker.faults.change(night_window="on")

    status, body = refusal(lambda: upstox_client.UserApi(client).get_user_fund_margin_v3(**PATIENCE))

    assert (status, "UDAPI100072" in body) == (423, True)


def test_positions_holdings_and_orders(broker: SimulatedBroker, client: Any) -> None:
    broker.jump_to(broker.now().replace(hour=9))  # 14:30 IST: the day's orders are placed
    token = broker.issue_token("PRIMARY")
    client.configuration.access_token = token

    positions = upstox_client.PortfolioApi(client).get_positions("2.0", **PATIENCE).data
    holdings = upstox_client.PortfolioApi(client).get_holdings("2.0", **PATIENCE).data
    orders = upstox_client.OrderApi(client).get_order_book("2.0", **PATIENCE).data

    assert {position.exchange for position in positions} == {"NSE", "NFO"}
    assert all(
        position.pnl == pytest.approx(position.realised + position.unrealised, abs=0.02)
        for position in positions
    )
    assert all(
        row.pnl == pytest.approx(row.quantity * (row.last_price - row.average_price), abs=0.02)
        for row in holdings
    )
    assert {"complete", "open", "rejected", "cancelled", "trigger pending"} == {
        order.status for order in orders
    }
    assert len({order.order_id for order in orders}) == len(orders)
    assert upstox_client.PortfolioApi(client).get_mtf_positions(**PATIENCE).data == []


def test_quotes_are_keyed_by_symbol_and_joined_by_token(client: Any) -> None:
    v3 = upstox_client.MarketQuoteV3Api(client)
    keys = f"{NIFTY},{RELIANCE}"

    prices = v3.get_ltp(instrument_key=keys, **PATIENCE).data
    full = upstox_client.MarketQuoteApi(client).get_full_market_quote(keys, "2.0", **PATIENCE).data
    day = v3.get_market_quote_ohlc("1d", instrument_key=keys, **PATIENCE).data
    minute = v3.get_market_quote_ohlc("I1", instrument_key=keys, **PATIENCE).data

    assert {symbol: quote.instrument_token for symbol, quote in prices.items()} == {
        "NSE_INDEX:Nifty 50": NIFTY,
        "NSE_EQ:RELIANCE": RELIANCE,
    }
    reliance = full["NSE_EQ:RELIANCE"]
    assert reliance.last_price == pytest.approx(prices["NSE_EQ:RELIANCE"].last_price, rel=0.01)
    assert reliance.depth.buy[0].price < reliance.last_price < reliance.depth.sell[0].price
    assert (len(reliance.depth.buy), len(reliance.depth.sell)) == (5, 5)
    live = day["NSE_EQ:RELIANCE"].live_ohlc
    assert live.low <= live.open <= live.high
    assert day["NSE_EQ:RELIANCE"].prev_ohlc is None
    assert minute["NSE_EQ:RELIANCE"].prev_ohlc.close == minute["NSE_EQ:RELIANCE"].live_ohlc.open


def test_options_from_contract_to_greeks(client: Any) -> None:
    options = upstox_client.OptionsApi(client)

    contracts = options.get_option_contracts(NIFTY, **PATIENCE).data
    expiry = f"{contracts[0].expiry:%Y-%m-%d}"
    chain = options.get_put_call_option_chain(NIFTY, expiry, **PATIENCE).data
    one_expiry = options.get_option_contracts(NIFTY, expiry_date=expiry, **PATIENCE).data
    middle = chain[len(chain) // 2].call_options
    greeks = upstox_client.MarketQuoteV3Api(client).get_market_quote_option_greek(
        instrument_key=middle.instrument_key, **PATIENCE
    )

    assert len({contract.expiry for contract in contracts}) == 4
    assert [row.strike_price for row in chain] == sorted({contract.strike_price for contract in one_expiry})
    assert all(0 <= row.call_options.option_greeks.delta <= 1 for row in chain)
    assert all(-1 <= row.put_options.option_greeks.delta <= 0 for row in chain)
    (row,) = greeks.data.values()
    assert row.instrument_token == middle.instrument_key
    assert row.delta == pytest.approx(middle.option_greeks.delta, abs=0.1)


def test_candles(broker: SimulatedBroker, client: Any) -> None:
    broker.jump_to(broker.now().replace(year=2026, month=1, day=9, hour=6, minute=0))  # a Friday, 11:30 IST
    history = upstox_client.HistoryV3Api(client)

    daily = history.get_historical_candle_data1(
        NIFTY, "days", "1", "2026-01-08", "2026-01-05", **PATIENCE
    ).data.candles
    hourly = history.get_historical_candle_data(RELIANCE, "hours", "1", "2026-01-08", **PATIENCE).data.candles
    today = history.get_intra_day_candle_data(RELIANCE, "minutes", "30", **PATIENCE).data.candles

    assert [row[0] for row in daily] == [f"2026-01-0{day}T00:00:00+05:30" for day in (8, 7, 6, 5)]
    assert all(
        low <= min(first, last) <= max(first, last) <= high for _, first, high, low, last, _, _ in hourly
    )
    assert today[0][0] == "2026-01-09T11:15:00+05:30"
    assert len(today) == 5


def test_market_status_holidays_and_timings(broker: SimulatedBroker, client: Any) -> None:
    broker.jump_to(broker.now().replace(year=2026, month=1, day=9, hour=6, minute=0))
    client.configuration.access_token = broker.issue_token("PRIMARY")
    api = upstox_client.MarketHolidaysAndTimingsApi(client)

    status = api.get_market_status("NSE", **PATIENCE).data
    holidays = api.get_holidays(**PATIENCE).data
    republic_day = api.get_holiday("2026-01-26", **PATIENCE).data
    timings = api.get_exchange_timings("2026-01-09", **PATIENCE).data

    assert (status.exchange, status.status) == ("NSE", "NORMAL_OPEN")
    assert {day.holiday_type for day in holidays} == {"TRADING_HOLIDAY", "SPECIAL_TIMING"}
    assert [day.description for day in republic_day] == ["Republic Day"]
    hours = {row.exchange: (row.end_time - row.start_time) / 1000 for row in timings}
    assert hours["NSE"] == timedelta(hours=6, minutes=15).total_seconds()
    assert api.get_exchange_timings("2026-01-26", **PATIENCE).data == []
    opening = min(row.start_time for row in timings if row.exchange == "NSE") / 1000
    assert broker.now().fromtimestamp(opening, IST).isoformat() == "2026-01-09T09:15:00+05:30"


def test_registered_addresses(client: Any) -> None:
    assert upstox_client.UserApi(client).get_user_ips(**PATIENCE).data.primary_ip == "203.0.113.10"


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(FaultKind.UNAUTHORIZED, Call.PROFILE), 401, "UDAPI100050"),
        (Fault(FaultKind.FORBIDDEN, Call.PROFILE), 403, "UDAPI100067"),
        (Fault(FaultKind.TOO_MANY_REQUESTS, Call.PROFILE), 429, "UDAPI10005"),
        (Fault(FaultKind.BAD_GATEWAY_PAGE, Call.PROFILE), 502, "Bad Gateway"),
    ],
)
def test_faults_raise(broker: SimulatedBroker, client: Any, fault: Fault, status: int, code: str) -> None:
    broker.faults.add(fault)

    assert refusal(lambda: upstox_client.UserApi(client).get_profile("2.0", **PATIENCE))[0] == status
    assert code in refusal(lambda: upstox_client.UserApi(client).get_profile("2.0", **PATIENCE))[1]
