"""Holdings, orders, quotes, options and candles: taken over faithfully, or the call fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind as Kind
from vega_terminal.domain.market import (
    Candle,
    CandleInterval,
    Holding,
    OptionQuote,
    Order,
    Quote,
    Side,
)
from vega_terminal.domain.secret import Secret

from .market_documents import CANDLES, CHAIN_ROW, CONTRACT, HOLDING, INDEX, ORDER, QUOTE
from .scripted_server import ScriptedServer, as_json, success
from .test_reads import changed

TOKEN = Secret("aaa.bbb.ccc")
NIFTY, RELIANCE = "NSE_INDEX|Nifty 50", "NSE_EQ|INE002A01018"
EXPIRY = date(2026, 10, 13)


def quotes_of(*rows: dict[str, Any]) -> dict[str, Any]:
    """Keyed as the broker keys them: by segment and symbol, not by instrument key."""
    return {f"NSE_EQ:{at}": row for at, row in enumerate(rows)}


async def test_holdings(server: ScriptedServer, broker: UpstoxBroker) -> None:
    bare = HOLDING | dict.fromkeys(
        ("average_price", "close_price", "day_change", "day_change_percentage", "trading_symbol")
    )
    server.plays["/v2/portfolio/long-term-holdings"] = success([HOLDING, bare])
    full, sparse = await broker.holdings(TOKEN)
    assert full == Holding(
        symbol="HDFCBANK",
        exchange="NSE",
        quantity=60,
        average_price=812.35,
        last_price=996.4,
        close_price=1001.15,
        pnl=11043.0,
        day_change=-4.75,
        day_change_percentage=-0.47,
    )
    assert (sparse.symbol, sparse.average_price, sparse.close_price) == ("HDFCBANK", None, None)
    assert (sparse.day_change, sparse.day_change_percentage) == (None, None)


async def test_orders(server: ScriptedServer, broker: UpstoxBroker) -> None:
    bought = ORDER | {
        "transaction_type": "BUY",
        "order_type": "MARKET",
        "status": "complete",
        "price": 0.0,
        "trigger_price": 0.0,
        "filled_quantity": 150,
        "average_price": 99.05,
        "status_message": "All\nshares \x1b[31mfilled",
        "order_timestamp": None,
    }
    server.plays["/v2/order/retrieve-all"] = success([ORDER, bought])
    stop, market = await broker.orders(TOKEN)
    assert stop == Order(
        order_id="261006000100003",
        symbol="NIFTY26OCT24500CE",
        exchange="NFO",
        side=Side.SELL,
        product="D",
        order_type="SL",
        quantity=150,
        filled=0,
        price=101.5,
        average_price=None,
        trigger_price=102.0,
        status="trigger pending",
        status_message="",
        placed_at=datetime(2026, 10, 6, 4, 49, 7, tzinfo=UTC),
    )
    assert stop.is_working
    assert (market.side, market.filled, market.average_price) == (Side.BUY, 150, 99.05)
    assert (market.price, market.trigger_price, market.placed_at) == (None, None, None)
    assert market.status_message == "All shares [31mfilled"
    assert not market.is_working


async def test_quotes_are_joined_by_instrument_key(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.play = success(quotes_of(INDEX, QUOTE))
    share, index = await broker.quotes(TOKEN, [RELIANCE, "NSE_EQ|UNKNOWN", NIFTY, RELIANCE])
    assert share == Quote(
        instrument_key=RELIANCE,
        symbol="RELIANCE",
        last_price=1496.1,
        previous_close=1505.0,
        open=1490.0,
        high=1502.3,
        low=1488.05,
        volume=5310022,
        open_interest=0.0,
        bid=1496.05,
        bid_quantity=61,
        ask=1496.15,
        ask_quantity=140,
        average_price=1495.55,
        lower_circuit=1354.5,
        upper_circuit=1655.5,
        at=datetime(2026, 10, 6, 5, 30, 0, 250_000, tzinfo=UTC),
    )
    assert index == Quote(
        instrument_key=NIFTY,
        symbol="Nifty 50",
        last_price=25950.1,
        open=25910.0,
        high=25990.5,
        low=25880.0,
        at=datetime(2026, 10, 6, 5, 30, tzinfo=UTC),
    )
    (request,) = server.requests
    assert "|" not in request.path
    assert parse_qs(urlsplit(request.path).query)["instrument_key"] == [f"{RELIANCE},NSE_EQ|UNKNOWN,{NIFTY}"]


async def test_nothing_is_invented_for_a_bare_quote(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.play = success(quotes_of({"instrument_token": RELIANCE, "last_price": 5}))
    assert await broker.quotes(TOKEN, [RELIANCE]) == (
        Quote(instrument_key=RELIANCE, symbol="INE002A01018", last_price=5.0),
    )


async def test_more_keys_than_one_call_may_have(server: ScriptedServer, broker: UpstoxBroker) -> None:
    keys = [f"NSE_EQ|{number}" for number in range(501)]
    server.play = success(quotes_of(QUOTE | {"instrument_token": keys[500]}))
    (only,) = await broker.quotes(TOKEN, keys)
    assert only.instrument_key == keys[500]
    asked = [parse_qs(urlsplit(each.path).query)["instrument_key"][0].split(",") for each in server.requests]
    assert [len(part) for part in asked] == [500, 1]
    server.requests.clear()
    assert await broker.quotes(TOKEN, []) == ()
    assert server.requests == []


async def test_expiries(server: ScriptedServer, broker: UpstoxBroker) -> None:
    later = CONTRACT | {"expiry": "2026-10-27"}
    server.play = success([later, CONTRACT, CONTRACT, later])
    assert await broker.expiries(TOKEN, NIFTY) == (EXPIRY, date(2026, 10, 27))
    assert server.requests[0].path == "/v2/option/contract?instrument_key=NSE_INDEX%7CNifty%2050"
    server.play = success([])
    assert await broker.expiries(TOKEN, NIFTY) == ()


async def test_option_chain(server: ScriptedServer, broker: UpstoxBroker) -> None:
    lower = CHAIN_ROW | {"strike_price": 25900.0, "call_options": None}
    lower["put_options"] = {"instrument_key": "NSE_FO|39998", "market_data": None}
    server.play = success([CHAIN_ROW, lower])
    chain = await broker.option_chain(TOKEN, NIFTY, EXPIRY)
    assert (chain.underlying_key, chain.expiry, chain.spot) == (NIFTY, EXPIRY, 25951.35)
    assert chain.at_the_money == 25950.0
    low, high = chain.rows
    assert (low.strike, low.call, low.put) == (25900.0, None, OptionQuote(instrument_key="NSE_FO|39998"))
    assert high.call == OptionQuote(
        instrument_key="NSE_FO|40001",
        last_price=74.0,
        bid=73.9,
        ask=None,
        volume=1200300,
        open_interest=900000.0,
        open_interest_change=-15000.0,
        iv=11.42,
        delta=0.51,
        gamma=0.0007,
        theta=-11.2,
        vega=12.31,
    )
    assert high.put is not None
    path = "/v2/option/chain?instrument_key=NSE_INDEX%7CNifty%2050&expiry_date=2026-10-13"
    assert server.requests[0].path == path


@pytest.mark.parametrize(
    "other", [{"expiry": "2026-10-20"}, {"underlying_key": "NSE_INDEX|Nifty Bank"}], ids=str
)
async def test_the_chain_of_something_else_is_not_used(
    other: dict[str, str], server: ScriptedServer, broker: UpstoxBroker
) -> None:
    server.play = success([CHAIN_ROW, CHAIN_ROW | other])
    with pytest.raises(BrokerError, match="another underlying or expiry"):
        await broker.option_chain(TOKEN, NIFTY, EXPIRY)


HISTORY = "/v3/historical-candle/NSE_EQ%7CINE002A01018/minutes/5/2026-10-05/2026-09-29"
TODAY = "/v3/historical-candle/intraday/NSE_EQ%7CINE002A01018/minutes/5"


async def test_candles_are_history_and_today_oldest_first(
    server: ScriptedServer, broker: UpstoxBroker
) -> None:
    yesterday = ["2026-10-05T15:25:00+05:30", 1485, 1487, 1484, 1486, 9000, 0]
    outdated = ["2026-10-06T09:15:00+05:30", 1, 1, 1, 1, 1, 0]
    server.plays = {HISTORY: success({"candles": [outdated, yesterday]}), TODAY: success(CANDLES)}
    first, second, third = await broker.candles(TOKEN, RELIANCE, CandleInterval.MINUTE_5, 7)
    assert first.at == datetime(2026, 10, 5, 9, 55, tzinfo=UTC)
    moment = datetime(2026, 10, 6, 3, 45, tzinfo=UTC)
    assert second == Candle(moment, 1490.0, 1492.5, 1488.05, 1491.0, 120400, 0.0)
    assert third.at > second.at


@pytest.mark.parametrize(
    ("interval", "days", "expected"),
    [
        (CandleInterval.MINUTE_1, 400, {"minutes/1/2026-10-05/2026-09-08", "intraday minutes/1"}),
        (CandleInterval.HOUR, 89, {"hours/1/2026-10-05/2026-07-09", "intraday hours/1"}),
        (CandleInterval.DAY, 0, {"days/1/2026-10-05/2026-10-05", "intraday days/1"}),
        (CandleInterval.WEEK, 9999, {"weeks/1/2026-10-05/2016-10-08"}),
        (CandleInterval.MONTH, 31, {"months/1/2026-10-05/2026-09-05"}),
    ],
)
async def test_what_is_asked_of_each_interval(
    interval: CandleInterval, days: int, expected: set[str], server: ScriptedServer, broker: UpstoxBroker
) -> None:
    server.play = success({"candles": []})
    assert await broker.candles(TOKEN, RELIANCE, interval, days) == ()
    paths = [unquote(request.path).removeprefix("/v3/historical-candle/") for request in server.requests]
    assert {path.replace(f"/{RELIANCE}/", " ").removeprefix(f"{RELIANCE}/") for path in paths} == expected


async def test_half_a_chart_is_none(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.plays = {HISTORY: success(CANDLES), TODAY: as_json(503, {})}
    with pytest.raises(BrokerError) as caught:
        await broker.candles(TOKEN, RELIANCE, CandleInterval.MINUTE_5, 7)
    assert caught.value.kind is Kind.BROKER_DOWN


@pytest.mark.parametrize("code", ["UDAPI1087", "UDAPI100011", "UDAPI1021"])
async def test_an_unknown_instrument_is_told_in_words(
    code: str, server: ScriptedServer, broker: UpstoxBroker
) -> None:
    server.play = as_json(400, {"status": "error", "errors": [{"error_code": code, "message": "Invalid"}]})
    with pytest.raises(BrokerError, match="does not know an instrument") as caught:
        await broker.quotes(TOKEN, ["NSE_EQ|NO"])
    assert caught.value.failure.code == code


Read = Callable[[UpstoxBroker], Awaitable[object]]
READS: dict[str, Read] = {
    "holdings": lambda broker: broker.holdings(TOKEN),
    "orders": lambda broker: broker.orders(TOKEN),
    "quotes": lambda broker: broker.quotes(TOKEN, [RELIANCE]),
    "expiries": lambda broker: broker.expiries(TOKEN, NIFTY),
    "chain": lambda broker: broker.option_chain(TOKEN, NIFTY, EXPIRY),
    "candles": lambda broker: broker.candles(TOKEN, RELIANCE, CandleInterval.MINUTE_5, 7),
}
NAN = float("nan")


@pytest.mark.parametrize(
    ("read", "data", "where"),
    [
        ("holdings", {}, "holdings is not a list"),
        ("holdings", [HOLDING, 7], "holdings[1] is not an object"),
        ("holdings", [HOLDING, changed(HOLDING, "pnl", NAN)], "holdings[1].pnl is not a number"),
        ("holdings", [changed(HOLDING, "quantity", 1.5)], "holdings[0].quantity is not a whole number"),
        ("holdings", [changed(HOLDING, "day_change", "1")], "holdings[0].day_change is not a number"),
        ("orders", [ORDER, changed(ORDER, "transaction_type", "HOLD")], "[1].transaction_type is not one of"),
        ("orders", [changed(ORDER, "transaction_type", ["BUY"])], "[0].transaction_type is not one of BUY"),
        ("orders", [changed(ORDER, "price", float("inf"))], "orders[0].price is not a number"),
        ("orders", [changed(ORDER, "filled_quantity", None)], "orders[0].filled_quantity is not a number"),
        ("orders", [changed(ORDER, "order_timestamp", "noon")], "orders[0].order_timestamp is not a time"),
        (
            "orders",
            [changed(ORDER, "order_timestamp", "0001-01-01 00:00:00")],
            "order_timestamp is not a time",
        ),
        ("quotes", [], "quotes is not an object"),
        ("quotes", quotes_of(QUOTE, changed(QUOTE, "last_price", NAN)), "quotes[1].last_price is not"),
        ("quotes", quotes_of(changed(QUOTE, "instrument_token", "NSE_EQ:ITC")), "is not an instrument key"),
        ("quotes", quotes_of(changed(QUOTE, "depth.buy", {})), "quotes[0].depth.buy is not a list"),
        ("quotes", quotes_of(changed(QUOTE, "ohlc.high", "1")), "quotes[0].ohlc.high is not a number"),
        ("quotes", quotes_of(changed(QUOTE, "timestamp", 7)), "quotes[0].timestamp is not a time"),
        ("expiries", [CONTRACT, changed(CONTRACT, "expiry", 1791351000000)], "[1].expiry is not a date"),
        ("chain", [changed(CHAIN_ROW, "strike_price", None)], "option chain[0].strike_price is not a number"),
        ("chain", [changed(CHAIN_ROW, "put_options.option_greeks.iv", NAN)], "greeks.iv is not a number"),
        ("chain", [changed(CHAIN_ROW, "call_options.market_data", [])], "market_data is not an object"),
        ("candles", {"candles": {}}, "candle data.candles is not a list"),
        ("candles", {"candles": [CANDLES["candles"][0], []]}, "candles[1].time is not a time"),
        ("candles", {"candles": [CANDLES["candles"][0][:6]]}, "candles[0].oi is not a number"),
        ("candles", {"candles": ["2026"]}, "candles[0] is not a list"),
        ("candles", {"candles": [["2026-10-06T09:15:00+05:30", 1, NAN, 1, 1, 1, 0]]}, "candles[0].high is"),
    ],
)
async def test_one_unreadable_value_fails_the_call_and_is_named(
    read: str, data: object, where: str, server: ScriptedServer, broker: UpstoxBroker
) -> None:
    server.play = success(data)
    with pytest.raises(BrokerError) as caught:
        await READS[read](broker)
    assert caught.value.kind is Kind.UNEXPECTED_ANSWER
    assert where in str(caught.value)
