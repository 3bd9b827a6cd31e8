"""The broker's holidays: as documented, over real HTTP; and from the simulated broker."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import pytest_asyncio

from tests.broker.scripted_server import ScriptedServer, success
from tests.engine.fake_clock import FakeClock
from vega_terminal.broker.client import Timeouts, UpstoxBroker
from vega_terminal.broker.httpx_transport import HttpxTransport
from vega_terminal.domain.calendar.days import CalendarEntry, CalendarOrigin, DayKind, Hours
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import IST
from vega_terminal.simulator import Call, Fault, FaultKind, SimulatedBroker

TOKEN = Secret("aaa.bbb.ccc")


def at(day: str, clock: str) -> int:
    return int(datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=IST).timestamp() * 1000)


def session(exchange: str, day: str, opens: str, closes: str) -> dict[str, Any]:
    return {"exchange": exchange, "start_time": at(day, opens), "end_time": at(day, closes)}


def row(day: str, kind: str, closed: list[str], *open_: dict[str, Any]) -> dict[str, Any]:
    return {
        "date": day,
        "description": "Feast",
        "holiday_type": kind,
        "closed_exchanges": closed,
        "open_exchanges": list(open_),
    }


@pytest_asyncio.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as running:
        yield running


@pytest_asyncio.fixture
async def broker(server: ScriptedServer) -> AsyncIterator[UpstoxBroker]:
    upstox = UpstoxBroker(server.base_url, HttpxTransport(server.base_url), FakeClock())
    yield upstox
    await upstox.aclose()


@pytest.mark.parametrize(
    ("listed", "means"),
    [
        (row("2026-01-26", "TRADING_HOLIDAY", ["NSE", "MCX"]), (DayKind.HOLIDAY, None)),
        (
            row(
                "2026-03-03",
                "TRADING_HOLIDAY",
                ["NSE", "BSE"],
                session("MCX", "2026-03-03", "17:00", "23:55"),
            ),
            (DayKind.HOLIDAY, None),
        ),
        (row("2026-02-19", "SETTLEMENT_HOLIDAY", []), None),
        (row("2026-02-19", "TRADING_HOLIDAY", ["CDS"]), None),
        (
            row("2026-01-01", "SPECIAL_TIMING", ["MCX"], session("NSE", "2026-01-01", "09:15", "15:30")),
            None,
        ),
        (
            row("2026-02-01", "SPECIAL_TIMING", [], session("NSE", "2026-02-01", "09:15", "15:30")),
            (DayKind.SPECIAL, Hours(time(9, 15), time(15, 30))),
        ),
        (
            row("2026-11-08", "SPECIAL_TIMING", [], session("NSE", "2026-11-08", "18:15", "19:15")),
            (DayKind.SPECIAL, Hours(time(18, 15), time(19, 15))),
        ),
        (
            row("2026-11-08", "SPECIAL_TIMING", [], session("NSE", "2026-11-09", "18:15", "19:15")),
            (DayKind.SPECIAL, None),
        ),
        (row("2026-11-08", "SPECIAL_TIMING", []), (DayKind.SPECIAL, None)),
    ],
    ids=["closed", "MCX alone", "settlement", "currency", "usual", "Sunday", "evening", "odd hours", "none"],
)
async def test_what_a_row_means_for_shares(
    server: ScriptedServer,
    broker: UpstoxBroker,
    listed: dict[str, Any],
    means: tuple[DayKind, Hours | None] | None,
) -> None:
    server.plays["/v2/market/holidays"] = success([listed])
    calendar = await broker.holidays(TOKEN)
    day = date.fromisoformat(listed["date"])
    assert calendar.entries == (
        {} if means is None else {day: CalendarEntry(day, means[0], "Feast", means[1])}
    )
    assert (calendar.known_from, calendar.known_through) == (date(2026, 1, 1), date(2026, 12, 31))
    assert calendar.origin is CalendarOrigin.BROKER


async def test_an_empty_list_is_no_knowledge(server: ScriptedServer, broker: UpstoxBroker) -> None:
    server.plays["/v2/market/holidays"] = success([])
    calendar = await broker.holidays(TOKEN)
    assert not calendar.covers(date(2026, 1, 26))
    assert calendar.entries == {}


@pytest.mark.parametrize(
    "change",
    [
        {"date": "tomorrow"},
        {"holiday_type": "FEAST"},
        {"closed_exchanges": "NSE"},
        {"open_exchanges": [7]},
        {"open_exchanges": [{"exchange": "NSE", "start_time": "09:15", "end_time": 1}]},
    ],
)
async def test_one_unreadable_row_fails_the_call(
    server: ScriptedServer, broker: UpstoxBroker, change: dict[str, Any]
) -> None:
    good = row("2026-01-26", "TRADING_HOLIDAY", ["NSE"])
    server.plays["/v2/market/holidays"] = success([good, good | change])
    with pytest.raises(BrokerError) as error:
        await broker.holidays(TOKEN)
    assert error.value.kind is FailureKind.UNEXPECTED_ANSWER


# --- the simulated broker -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulated() -> Iterator[SimulatedBroker]:
    with SimulatedBroker(apps=("PRIMARY",)) as simulated:
        simulated.jump_to(datetime(2026, 10, 6, 4, 0, tzinfo=UTC))
        yield simulated


@pytest_asyncio.fixture
async def upstox(simulated: SimulatedBroker) -> AsyncIterator[UpstoxBroker]:
    url = simulated.api_base_url
    broker = UpstoxBroker(url, HttpxTransport(url), FakeClock(), Timeouts(bulk=30.0))
    yield broker
    await broker.aclose()


async def test_the_simulated_year(simulated: SimulatedBroker, upstox: UpstoxBroker) -> None:
    calendar = await upstox.holidays(TOKEN)
    assert calendar.entries[date(2026, 1, 26)].kind is DayKind.HOLIDAY
    special = {day: entry.hours for day, entry in calendar.entries.items() if entry.kind is DayKind.SPECIAL}
    assert special == {
        date(2026, 2, 1): Hours(time(9, 15), time(15, 30)),
        date(2026, 11, 8): Hours(time(18, 15), time(19, 15)),
    }


async def test_a_fault_of_the_calendar_leaves_the_market_alone(
    simulated: SimulatedBroker, upstox: UpstoxBroker
) -> None:
    token = Secret(simulated.issue_token("PRIMARY"))
    simulated.faults.add(Fault(FaultKind.SERVER_ERROR, Call.CALENDAR, times=1))
    with pytest.raises(BrokerError) as error:
        await upstox.holidays(token)
    assert error.value.kind is FailureKind.BROKER_DOWN
    assert await upstox.market_sessions(token)
    assert (await upstox.holidays(token)).entries
