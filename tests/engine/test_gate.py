"""Logged in: PRIMARY valid, durable and confirmed. Each of the three alone keeps the dashboard shut."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import GateShut
from vega_terminal.domain.execution import Scope
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.lifecycle import LoginState as S
from vega_terminal.domain.status import AuthStatus, Reason
from vega_terminal.domain.token import Verdict, next_expiry
from vega_terminal.store.opening import DATABASE_NAME

from .engine_world import Ground, Rules, World, asked
from .rosters import THREE, roster
from .scripted_broker import DOWN, HANGS, REFUSES, Answer
from .scripted_login import Course


async def require_shut(world: World, reason: Reason) -> None:
    """Neither the status nor the dashboard says otherwise."""
    assert world.status.reason(world.now) is reason
    assert not world.status.ready(world.now)
    with pytest.raises(GateShut):
        await world.engine.look()


async def require_open(world: World) -> None:
    assert world.status.reason(world.now) is Reason.PRIMARY_VALIDATED
    assert world.status.state is S.DASHBOARD_READY
    dashboard = await world.engine.look()
    assert dashboard.profile.value is not None


# --- the three conditions -------------------------------------------------------------------------


async def test_missing(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["FEED"]) as world:
        await world.engine.verify()
        await require_shut(world, Reason.PRIMARY_MISSING)
        assert world.status.state is S.PARTIAL_AUTH


async def test_refused(ground: Ground) -> None:
    ground.broker.profiles["PRIMARY"] = REFUSES
    async with ground.process(roster(THREE), holding=THREE) as world:
        await world.engine.verify()
        await require_shut(world, Reason.PRIMARY_REFUSED)


@pytest.mark.parametrize("answer", [DOWN, HANGS, Answer(FailureKind.SERVICE_HOURS), Answer(user_id="ZZ0000")])
async def test_not_confirmed(ground: Ground, answer: Answer) -> None:
    ground.broker.profiles["PRIMARY"] = answer
    async with ground.process(roster(THREE), holding=THREE) as world:
        await world.engine.verify()
        await require_shut(world, Reason.PROBE_FAILED)
        assert world.seen(ev.GateOpened) == []
        ground.broker.profiles.clear()
        await world.engine.verify()
        await require_open(world)


@pytest.mark.parametrize("replaced", [False, True])
async def test_not_durable(ground: Ground, replaced: bool) -> None:
    """Another token, or none, is in the database when the gate itself looks for the one that was proven."""
    async with held_up_before_the_gate(ground) as world:
        world.write("DELETE FROM tokens WHERE slot = 'PRIMARY'")
        if replaced:
            await world.hold("PRIMARY")
    await require_shut(world, Reason.PROBE_PENDING)


async def test_a_lock_takes_nothing_back_that_was_read_here(ground: Ground) -> None:
    async with held_up_before_the_gate(ground) as world:
        other = sqlite3.connect(ground.folder / DATABASE_NAME, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
    assert world.status.ready(world.now)
    other.close()


async def test_an_open_gate_needs_no_database(ground: Ground) -> None:
    async with held_up_before_the_gate(ground, opened=True) as world:
        other = sqlite3.connect(ground.folder / DATABASE_NAME, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
    assert world.status.ready(world.now)
    other.close()


async def test_a_token_that_ends_while_the_gate_looks_for_it(ground: Ground) -> None:
    """The machine's clock is set over 03:30 at that very moment."""
    async with ground.process(roster(["PRIMARY"]), holding=["PRIMARY"]) as world:

        def jump(event: ev.Event, _status: AuthStatus) -> None:
            if isinstance(event, ev.Settled):
                asyncio.get_running_loop().call_soon(ground.clock.set_wall_clock, timedelta(days=1))

        world.board.watch(jump)
        await world.engine.verify()
        await require_shut(world, Reason.PRIMARY_EXPIRED)
        assert world.seen(ev.GateProbed) == []


@asynccontextmanager
async def held_up_before_the_gate(ground: Ground, *, opened: bool = False) -> AsyncIterator[World]:
    """A verification that has proven PRIMARY; it goes on to the gate at the end of the block."""
    async with ground.process(roster(THREE), Rules(busy_attempts=1), holding=THREE) as world:
        if opened:
            await world.engine.verify()
        ground.broker.profiles["FEED"] = Answer(delay=2.0)
        already = ground.broker.asked.count("PRIMARY")
        verifying = asyncio.create_task(world.engine.verify())
        await world.until(lambda: ground.broker.asked.count("PRIMARY") > already)
        yield world
        await verifying


async def test_a_start_proves_nothing(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=THREE) as world:
        await require_shut(world, Reason.PROBE_PENDING)
        assert ground.broker.asked == []


# --- while it is open -----------------------------------------------------------------------------


async def test_an_open_gate_asks_again_each_minute(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.engine.verify()
        await ground.clock.sleep(301)
        assert ground.broker.asked == ["PRIMARY"] * 6
        await require_open(world)
        assert len(world.seen(ev.GateOpened)) == 1


async def test_a_refusal_on_asking_again_closes_it_and_is_remembered(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["PRIMARY", "FEED"]) as world:
        await world.engine.verify()
        ground.broker.profiles["PRIMARY"] = REFUSES
        await ground.clock.sleep(61)
        await require_shut(world, Reason.PRIMARY_REFUSED)
        assert world.status.state is S.PARTIAL_AUTH
        assert world.registry.get("PRIMARY", world.now) is None
        assert world.rows("SELECT refused FROM tokens WHERE slot = 'PRIMARY'") == [(1,)]
        (closed,) = world.seen(ev.GateClosed)
        assert "401" in closed.why
    async with ground.process(roster(THREE)) as later:
        assert later.status.reason(later.now) is Reason.PRIMARY_REFUSED


@pytest.mark.parametrize("answer", [DOWN, HANGS, Answer(FailureKind.RATE_LIMITED), Answer(absurd=KeyError)])
async def test_no_answer_closes_nothing(ground: Ground, answer: Answer) -> None:
    async with ground.process(roster(THREE), holding=THREE) as world:
        await world.engine.verify()
        ground.broker.profiles = dict.fromkeys(THREE, answer)
        await ground.clock.sleep(200)
        await world.engine.verify()
        assert world.status.ready(world.now)
        assert world.seen(ev.GateClosed) == []


async def test_half_past_three_closes_it_at_the_very_second(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.refresh(only=("FEED",))
        await world.engine.verify()
        ends = next_expiry(world.now)
        await ground.clock.sleep_until(ends - timedelta(seconds=1))
        await require_open(world)
        await ground.clock.sleep_until(ends)
        await require_shut(world, Reason.PRIMARY_EXPIRED)
        await ground.clock.sleep(0.01)
        (closed,) = world.seen(ev.GateClosed)
        assert closed.at == ends
        assert "03:30" in closed.why
        assert [event.slot for event in world.seen(ev.TokenExpired)] == ["PRIMARY", "FEED"]
        assert world.status.state is S.INIT
        assert world.verdicts()["FEED"] is Verdict.EXPIRED


async def test_a_dashboard_under_way_at_half_past_three_is_not_shown(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.engine.verify()
        await ground.clock.sleep_until(next_expiry(world.now) - timedelta(seconds=1))
        ground.broker.market["positions"] = Answer(delay=5.0)
        with pytest.raises(GateShut):
            await world.engine.look()


async def test_expiry_without_an_open_gate_settles_the_state_too(ground: Ground) -> None:
    ground.broker.profiles["PRIMARY"] = DOWN
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.engine.verify()
        await ground.clock.sleep_until(next_expiry(world.now) + timedelta(seconds=1))
        assert world.board.states == [S.INIT, S.PRIMARY_VALIDATED, S.INIT]
        assert world.seen(ev.GateClosed) == []


async def test_expiry_in_the_middle_of_a_run(ground: Ground) -> None:
    ground.browsers.will("FEED", Course(seconds=60))
    await ground.clock.sleep_until(next_expiry(ground.clock.now()) - timedelta(seconds=30))
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.refresh()
        assert world.verdicts() == {"PRIMARY": Verdict.EXPIRED, "FEED": Verdict.VALID, "CHAIN": Verdict.VALID}
        await require_shut(world, Reason.PRIMARY_EXPIRED)
        await world.refresh()
        await require_open(world)


async def test_a_clock_set_over_half_past_three_closes_it_within_a_minute(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.engine.verify()
        ground.clock.set_wall_clock(timedelta(days=1))
        await require_shut(world, Reason.PRIMARY_EXPIRED)
        await ground.clock.sleep(61)
        assert len(world.seen(ev.GateClosed)) == 1


async def test_a_late_refusal_of_the_old_token_says_nothing_of_the_new_one(ground: Ground) -> None:
    async with ground.process(roster(["PRIMARY"]), holding=["PRIMARY"]) as world:
        await world.engine.verify()
        ground.broker.profiles["PRIMARY"] = Answer(FailureKind.TOKEN_REFUSED, delay=2.5)
        looking = asyncio.create_task(world.engine.look())
        await world.until(lambda: len(ground.broker.asked) == 2)
        ground.broker.profiles.clear()
        await world.refresh(scope=Scope.ALL)
        assert world.status.ready(world.now)
        dashboard = await looking
        assert dashboard.profile.failure is not None
        await require_open(world)


async def test_a_defect_in_the_watch_shuts_the_dashboard(ground: Ground) -> None:
    """Nobody would notice a refusal any more."""

    def fails(event: ev.Event, _status: object) -> None:
        if isinstance(event, ev.TokenExpired):
            raise OSError

    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.engine.verify()
        world.board.watch(fails)
        token = await world.hold("FEED")
        ends = world.now + timedelta(seconds=30)
        await world.ports.tokens.save(replace(token, expires_at=ends, epoch=token.epoch + 1))
        await world.engine.verify()
        await ground.clock.sleep(61)
        await require_shut(world, Reason.PROBE_PENDING)
        assert "defect" in world.seen(ev.GateClosed)[-1].why


# --- the dashboard --------------------------------------------------------------------------------


async def test_every_panel_is_asked_at_once_and_each_has_its_own_failure(ground: Ground) -> None:
    ground.broker.market = {
        "funds": Answer(FailureKind.SERVICE_HOURS, delay=1.0),
        "positions": Answer(delay=1.0),
        "sessions": Answer(delay=1.0),
    }
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.engine.verify()
        began = world.clock.monotonic()
        dashboard = await world.engine.look()
        assert world.clock.monotonic() - began == 1.0
        assert dashboard.funds.failure is not None
        assert dashboard.funds.failure.kind is FailureKind.SERVICE_HOURS
        assert dashboard.funds.value is None
        assert dashboard.positions.value == ()
        assert dashboard.positions.failure is None
        assert dashboard.sessions.value is not None
        assert dashboard.sessions.value[0].is_open
        assert dashboard.profile.fetched_at == world.now - timedelta(seconds=1)
        await require_open(world)


async def test_a_panel_keeps_its_last_value_beside_its_failure(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.engine.verify()
        first = await world.engine.look()
        ground.broker.market["funds"] = DOWN
        await ground.clock.sleep(30)
        second = await world.engine.look()
        assert second.funds.value == first.funds.value is not None
        assert second.funds.fetched_at == first.funds.fetched_at
        assert second.funds.failure is not None
        ground.broker.market.clear()
        await ground.clock.sleep(15)
        assert (await world.engine.look()).funds.failure is None


async def test_a_refusal_of_one_panel_is_its_own_but_one_of_the_profile_shuts(ground: Ground) -> None:
    ground.broker.market["positions"] = REFUSES
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.engine.verify()
        dashboard = await world.engine.look()
        assert dashboard.positions.failure is not None
        assert world.status.ready(world.now)
        ground.broker.profiles["PRIMARY"] = REFUSES
        await ground.clock.sleep(15)
        with pytest.raises(GateShut):
            await world.engine.look()
        await require_shut(world, Reason.PRIMARY_REFUSED)
        assert world.rows("SELECT refused FROM tokens") == [(1,)]


async def test_a_profile_that_cannot_be_had_leaves_the_dashboard_open(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        await world.engine.verify()
        ground.broker.profiles["PRIMARY"] = DOWN
        assert (await world.engine.look()).profile.failure is not None
        assert world.status.ready(world.now)


async def test_generating_primary_anew_shuts_and_opens_it(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=THREE) as world:
        await world.engine.verify()
        ground.broker.profiles["PRIMARY"] = Answer(delay=1.0)
        running = world.engine.begin(asked(scope=Scope.ALL))
        await world.until(lambda: len(world.seen(ev.TokenIssued)) == 1)
        await require_shut(world, Reason.PROBE_PENDING)
        await running.result
        await require_open(world)
