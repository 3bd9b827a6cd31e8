"""Profile, market status, funds and positions: values taken over faithfully, or the call fails."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind as Kind
from vega_terminal.domain.market import Funds, MarketSession, Position, Profile
from vega_terminal.domain.secret import Secret

from .documents import FUNDS, POSITION, PROFILE, SESSION
from .scripted_server import Play, ScriptedServer, Wire, as_json, hang, http, success

TOKEN = Secret("aaa.bbb.ccc")
STATUS = "/v2/market/status/"


async def test_profile(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.plays["/v2/user/profile"] = success(PROFILE)
    assert await broker.profile(TOKEN, timeout=10) == Profile(
        user_id="AB1234",
        user_name="Asha Rao",
        email="asha@example.com",
        exchanges=("NSE", "NFO", "BSE", "MCX"),
        products=("D", "CO", "I", "MTF"),
        is_active=True,
    )
    (request,) = server.requests
    assert (request.method, request.body) == ("GET", b"")
    assert request.headers["authorization"] == "Bearer aaa.bbb.ccc"


async def test_a_profile_needs_nothing_but_the_user_id(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.play = success({"user_id": "AB1234", "email": None})
    assert await broker.profile(TOKEN, timeout=10) == Profile("AB1234", "", "", (), (), is_active=True)


async def test_a_profile_is_fit_for_a_screen(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.play = success(PROFILE | {"user_name": "Asha\x1b[2J \u202eRao\ud800", "is_active": False})
    profile = await broker.profile(TOKEN, timeout=10)
    assert profile.user_name == "Asha[2J Rao"
    assert not profile.is_active


async def test_funds_are_cash_and_pledge_together(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.plays["/v3/user/get-funds-and-margin"] = success(FUNDS)
    assert await broker.funds(TOKEN) == Funds(
        available=152340.55, used=32500.0, payin=25000.0, exposure=29000.0
    )
    assert server.requests[0].headers["api-version"] == "3.0"


async def test_funds_without_a_pledge(server: ScriptedServer, broker: UpstoxBroker) -> None:
    funds = copy.deepcopy(FUNDS)
    del funds["available_to_trade"]["pledge_available_to_trade"]
    funds["available_to_trade"]["cash_available_to_trade"]["cash"]["added_today"] = None
    server.play = success(funds)
    assert await broker.funds(TOKEN) == Funds(available=152340.55, used=22500.0, payin=0.0, exposure=20000.0)


async def test_positions(server: ScriptedServer, broker: UpstoxBroker) -> None:
    long = POSITION | {
        "quantity": 10.0,
        "average_price": 99.5,
        "trading_symbol": None,
        "tradingsymbol": "ITC",
    }
    server.plays["/v2/portfolio/short-term-positions"] = success([POSITION, long])
    assert await broker.positions(TOKEN) == (
        Position("BANKNIFTY26OCT55000CE", "NFO", "D", -75, None, 74.15, -310.5),
        Position("ITC", "NFO", "D", 10, 99.5, 74.15, -310.5),
    )


@pytest.mark.parametrize("none", [[], None])
async def test_no_positions(none: object, server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.play = success(none)
    assert await broker.positions(TOKEN) == ()


async def test_sessions_of_all_exchanges_are_asked_at_once(
    server: ScriptedServer, broker: UpstoxBroker
) -> None:
    everybody = asyncio.Barrier(3)

    def together(exchange: str) -> Play:
        async def play(wire: Wire) -> None:
            await everybody.wait()
            await success(SESSION | {"exchange": exchange})(wire)

        return play

    server.plays = {STATUS + name: together(name) for name in ("NSE", "BSE", "MCX")}
    sessions = await broker.market_sessions(TOKEN)
    moment = datetime(2026, 10, 6, 3, 45, tzinfo=UTC)
    assert sessions == tuple(MarketSession(name, "NORMAL_OPEN", moment) for name in ("NSE", "BSE", "MCX"))
    assert all(session.is_open for session in sessions)


@pytest.mark.parametrize(
    "bad",
    [
        http(502, "<html>"),
        success(SESSION | {"exchange": "NSE"}),
        success(SESSION | {"exchange": "MCX", "last_updated": "yesterday"}),
        success(SESSION | {"exchange": "MCX", "last_updated": 9e14}),
        success(SESSION | {"exchange": "MCX", "status": None}),
    ],
)
async def test_one_unreadable_exchange_does_not_hide_the_others(
    bad: Play, server: ScriptedServer, broker: UpstoxBroker
) -> None:
    server.plays = {STATUS + name: success(SESSION | {"exchange": name}) for name in ("NSE", "BSE")}
    server.plays[STATUS + "MCX"] = bad
    nse, bse, mcx = await broker.market_sessions(TOKEN)
    assert (nse.status, bse.status) == ("NORMAL_OPEN", "NORMAL_OPEN")
    assert mcx == MarketSession("MCX", "UNKNOWN", None)
    assert not mcx.is_open


async def test_a_refused_token_is_never_hidden_by_other_answers(
    server: ScriptedServer, broker: UpstoxBroker
) -> None:
    server.play = http(500)
    server.plays[STATUS + "NSE"] = success(SESSION)
    server.plays[STATUS + "MCX"] = as_json(401, {"errors": [{"error_code": "UDAPI100050"}]})
    with pytest.raises(BrokerError) as caught:
        await broker.market_sessions(TOKEN)
    assert caught.value.kind is Kind.TOKEN_REFUSED


async def test_no_exchange_at_all_is_an_error(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.play = http(503)
    with pytest.raises(BrokerError) as caught:
        await broker.market_sessions(TOKEN)
    assert caught.value.kind is Kind.BROKER_DOWN


async def test_cancelling_the_sessions_leaves_no_call_behind(
    server: ScriptedServer, broker: UpstoxBroker
) -> None:
    arrived = asyncio.Semaphore(0)

    async def announce(wire: Wire) -> None:
        arrived.release()
        await hang(wire)

    server.play = announce
    before = asyncio.all_tasks()
    call = asyncio.create_task(broker.market_sessions(TOKEN))
    for _ in range(3):
        await arrived.acquire()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    left = {task for task in asyncio.all_tasks() - before if "ScriptedServer" not in repr(task)}
    assert left == set()


def changed(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy with another value at the dotted path."""
    result = copy.deepcopy(document)
    *way, last = path.split(".")
    place = result
    for name in way:
        place = place[name]
    place[last] = value
    return result


Read = Callable[[UpstoxBroker], Awaitable[object]]
CASH = "available_to_trade.cash_available_to_trade"


async def profile(broker: UpstoxBroker) -> object:
    return await broker.profile(TOKEN, timeout=10)


async def funds(broker: UpstoxBroker) -> object:
    return await broker.funds(TOKEN)


async def positions(broker: UpstoxBroker) -> object:
    return await broker.positions(TOKEN)


@pytest.mark.parametrize(
    ("read", "data", "where"),
    [
        (profile, [], "profile is not an object"),
        (profile, changed(PROFILE, "user_id", 1234), "profile.user_id is not an identifier"),
        (profile, changed(PROFILE, "user_name", ["A"]), "profile.user_name is not a text"),
        (profile, changed(PROFILE, "exchanges", "NSE"), "profile.exchanges is not a list"),
        (profile, changed(PROFILE, "exchanges", ["NSE", 1]), "profile.exchanges is not a text"),
        (profile, changed(PROFILE, "is_active", "yes"), "profile.is_active is not true or false"),
        (funds, None, "funds is not an object"),
        (funds, {}, "funds.available_to_trade is not an object"),
        (funds, changed(FUNDS, "available_to_trade.total", "1"), "funds.available_to_trade.total is not"),
        (
            funds,
            changed(FUNDS, "available_to_trade", FUNDS["available_to_trade"] | {"total": True}),
            "total is not a number",
        ),
        (funds, changed(FUNDS, "available_to_trade.total", float("nan")), "total is not a number"),
        (funds, changed(FUNDS, "available_to_trade.total", 10**400), "total is not a number"),
        (
            funds,
            changed(FUNDS, f"{CASH}.margin_used.total", None),
            f"{CASH}.margin_used.total is not a number",
        ),
        (funds, changed(FUNDS, f"{CASH}.cash", []), f"{CASH}.cash is not an object"),
        (positions, {}, "positions is not a list"),
        (positions, [POSITION, None], "positions[1] is not an object"),
        (positions, [changed(POSITION, "quantity", 1.5)], "positions[0].quantity is not a whole number"),
        (positions, [changed(POSITION, "pnl", None)], "positions[0].pnl is not a number"),
        (positions, [changed(POSITION, "average_price", "9")], "positions[0].average_price is not a number"),
    ],
)
async def test_a_value_of_the_wrong_type_is_named(
    read: Read, data: object, where: str, server: ScriptedServer, broker: UpstoxBroker
) -> None:
    server.play = success(data)
    with pytest.raises(BrokerError) as caught:
        await read(broker)
    assert caught.value.kind is Kind.UNEXPECTED_ANSWER
    assert where in str(caught.value)
