"""The market behind the gate: panels at their own pace and with their own trouble, and single reads."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from vega_terminal.domain.errors import BrokerError, GateShut
from vega_terminal.domain.execution import Scope
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.instruments import INDICES
from vega_terminal.domain.market import CandleInterval, Dashboard
from vega_terminal.domain.token import next_expiry
from vega_terminal.engine.market import MarketDesk

from .engine_world import Ground, World
from .rosters import roster
from .scripted_broker import HANGS, REFUSES, Answer

ALONE = ["PRIMARY"]
NIFTY = INDICES[0].key
EVERYTHING = Counter(dict.fromkeys(("sessions", "funds", "positions", "holdings", "orders", "quotes"), 1))
LIMITED = Answer(FailureKind.RATE_LIMITED)
Read = Callable[[World], Awaitable[object]]
READS: dict[str, Read] = {
    "quotes": lambda world: world.engine.quotes([NIFTY]),
    "expiries": lambda world: world.engine.expiries(NIFTY),
    "option_chain": lambda world: world.engine.option_chain(NIFTY, date(2026, 10, 13)),
    "candles": lambda world: world.engine.candles(NIFTY, CandleInterval.DAY, 5),
}
INTERVALS = {"quotes": 2.0, "expiries": 600.0, "option_chain": 3.0, "candles": 15.0}
reads = pytest.mark.parametrize("read", READS)


def since(world: World, before: int) -> Counter[str]:
    """What was asked of the market after the first `before` questions."""
    return Counter(world.broker.reads[before:])


def desk(world: World) -> MarketDesk:
    """The engine's market desk, which somebody has asked for."""
    found = world.engine._parts.market._desk
    assert found is not None
    return found


def kept(world: World) -> Dashboard:
    """What the desk holds in memory."""
    return desk(world)._panels.shown()


def questions(world: World) -> int:
    """How many questions of single screens the desk holds in memory."""
    return len(desk(world)._questions._asked)


# --- the panels -----------------------------------------------------------------------------------


async def test_half_an_hour_of_looking_stays_far_below_the_brokers_limits(ground: Ground) -> None:
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        asked, moments = len(ground.broker.asked), []
        for _ in range(360):
            before = len(ground.broker.reads)
            await world.engine.look()
            moments.append(len(ground.broker.reads) - before)
            await ground.clock.sleep(5)
        per_panel = Counter(ground.broker.reads)
        assert per_panel == {
            "quotes": 360,
            "positions": 180,
            "orders": 120,
            "funds": 60,
            "holdings": 30,
            "sessions": 30,
        }
        profiles = len(ground.broker.asked) - asked
        assert profiles == 60  # half of them by the gate
        calls = per_panel.total() + 2 * per_panel["sessions"] + profiles  # one call an exchange
        assert calls == 900 < 2000 / 2
        assert max(moments) + 2 + 2 < 50


async def test_what_is_not_due_keeps_its_value_and_age(ground: Ground) -> None:
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        first = await world.engine.look()
        assert since(world, 0) == EVERYTHING
        await ground.clock.sleep(5)
        second = await world.engine.look()
        assert since(world, EVERYTHING.total()) == Counter(quotes=1)
        assert second.positions == first.positions
        assert second.indices.fetched_at == world.now
        assert second.indices.value != first.indices.value
        assert not second.holdings.is_stale(world.now + timedelta(seconds=59))
        assert second.holdings.is_stale(world.now + timedelta(seconds=121))


async def test_each_trouble_is_one_panels_own(ground: Ground) -> None:
    ground.broker.market = {
        "sessions": HANGS,
        "funds": Answer(FailureKind.SERVICE_HOURS),
        "positions": Answer(FailureKind.UNEXPECTED_ANSWER),
        "holdings": Answer(absurd=KeyError),
        "orders": LIMITED,
    }
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        shown = await world.engine.look()
        panels = (shown.sessions, shown.funds, shown.positions, shown.holdings, shown.orders)
        assert [panel.failure.kind if panel.failure else None for panel in panels] == [
            FailureKind.TIMEOUT,
            FailureKind.SERVICE_HOURS,
            FailureKind.UNEXPECTED_ANSWER,
            FailureKind.DEFECT,
            FailureKind.RATE_LIMITED,
        ]
        assert shown.profile.failure is None is shown.indices.failure
        assert [quote.instrument_key for quote in shown.indices.value or ()] == [each.key for each in INDICES]
        assert world.status.ready(world.now)


async def test_a_panel_that_is_asked_too_often_says_when_it_asks_again(ground: Ground) -> None:
    ground.broker.market["positions"] = Answer(FailureKind.RATE_LIMITED, retry_after=40)
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        failure = (await world.engine.look()).positions.failure
        assert failure is not None
        assert "the next one for this is made at 09:30:40 IST." in failure.message
        ground.broker.market.clear()
        await ground.clock.sleep(39)
        before = len(ground.broker.reads)
        assert (await world.engine.look()).positions.failure == failure
        assert since(world, before)["quotes"] == 1  # the others go on
        await ground.clock.sleep(1)
        assert (await world.engine.look()).positions.failure is None


async def test_two_who_look_at_once_ask_once(ground: Ground) -> None:
    ground.broker.market["orders"] = Answer(delay=1.0)
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        one, other = await asyncio.gather(world.engine.look(), world.engine.look())
        assert one == other
        assert since(world, 0) == EVERYTHING


async def test_who_stops_looking_in_the_middle_leaves_everything_due(ground: Ground) -> None:
    ground.broker.market["orders"] = Answer(delay=5.0)
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        looking = asyncio.create_task(world.engine.look())
        await world.until(lambda: "orders" in ground.broker.reads)
        looking.cancel()
        await asyncio.wait({looking})
        ground.broker.market.clear()
        assert (await world.engine.look()).orders.value == ()


async def test_a_new_token_makes_every_panel_due(ground: Ground) -> None:
    ground.broker.market["orders"] = Answer(FailureKind.RATE_LIMITED, retry_after=3600)
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        await world.engine.look()
        ground.broker.market.clear()
        await world.refresh(scope=Scope.ALL)
        before = len(ground.broker.reads)
        assert (await world.engine.look()).orders.failure is None
        assert since(world, before) == EVERYTHING


async def test_a_refused_panel_has_the_profile_asked_at_once(ground: Ground) -> None:
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        await world.engine.look()
        await ground.clock.sleep(5)
        ground.broker.market["quotes"] = ground.broker.profiles["PRIMARY"] = REFUSES
        with pytest.raises(GateShut):
            await world.engine.look()
        assert kept(world) == Dashboard()


async def test_nothing_is_kept_of_a_dashboard_that_was_shut_in_the_middle(ground: Ground) -> None:
    ground.broker.market["funds"] = Answer(delay=5.0)
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        await ground.clock.sleep_until(next_expiry(world.now) - timedelta(seconds=2))
        with pytest.raises(GateShut):
            await world.engine.look()
        await ground.clock.sleep(10)
        assert kept(world) == Dashboard()


# --- single reads ---------------------------------------------------------------------------------


@reads
async def test_nothing_is_read_behind_a_shut_gate(read: str, ground: Ground) -> None:
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        with pytest.raises(GateShut, match="The dashboard is closed"):
            await READS[read](world)
        assert ground.broker.reads == []
        await world.engine.verify()
        assert await READS[read](world)


@reads
@pytest.mark.parametrize("failure", [None, FailureKind.BROKER_DOWN])
async def test_an_answer_that_comes_after_the_gate_was_shut_is_not_shown(
    failure: FailureKind | None, read: str, ground: Ground
) -> None:
    ground.broker.market[read] = Answer(failure, delay=5.0)
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        await ground.clock.sleep_until(next_expiry(world.now) - timedelta(seconds=1))
        with pytest.raises(GateShut, match="PRIMARY_EXPIRED"):
            await READS[read](world)
        assert ground.broker.reads == [read]
        assert questions(world) == 0


@reads
async def test_the_same_question_is_not_asked_again_before_it_can_have_a_new_answer(
    read: str, ground: Ground
) -> None:
    interval = INTERVALS[read]
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        first = await READS[read](world)
        await ground.clock.sleep(interval - 0.5)
        assert await READS[read](world) == first
        assert ground.broker.reads == [read]
        await ground.clock.sleep(0.5)
        await READS[read](world)
        assert ground.broker.reads == [read] * 2


async def test_another_question_is_asked_at_once(ground: Ground) -> None:
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        for number in range(100):
            (quote,) = await world.engine.quotes([f"NSE_EQ|{number}"])
            assert quote.instrument_key == f"NSE_EQ|{number}"
        assert since(world, 0)["quotes"] == 100
        assert questions(world) < 100


@reads
async def test_a_read_that_fails_is_its_own_and_backs_off(read: str, ground: Ground) -> None:
    ground.broker.market[read] = Answer(FailureKind.RATE_LIMITED, retry_after=900)
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        for _ in range(2):
            with pytest.raises(BrokerError, match=r"made at 09:45:00 IST") as caught:
                await READS[read](world)
            assert caught.value.kind is FailureKind.RATE_LIMITED
        assert ground.broker.reads == [read]
        assert world.status.ready(world.now)
        ground.broker.market.clear()
        await ground.clock.sleep(900)
        assert await READS[read](world)


@reads
async def test_a_refused_read_shuts_the_gate_only_when_the_profile_is_refused_too(
    read: str, ground: Ground
) -> None:
    ground.broker.market[read] = REFUSES
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        with pytest.raises(BrokerError):
            await READS[read](world)
        assert world.status.ready(world.now)
        ground.broker.profiles["PRIMARY"] = REFUSES
        await ground.clock.sleep(15)
        with pytest.raises(GateShut):
            await READS[read](world)
        assert not world.status.ready(world.now)
        assert questions(world) == 0


async def test_a_new_token_makes_every_question_new(ground: Ground) -> None:
    ground.broker.market["quotes"] = Answer(FailureKind.RATE_LIMITED, retry_after=3600)
    async with ground.process(roster(ALONE), holding=ALONE) as world:
        await world.engine.verify()
        with pytest.raises(BrokerError):
            await READS["quotes"](world)
        ground.broker.market.clear()
        await world.refresh(scope=Scope.ALL)
        assert await READS["quotes"](world)
