"""What leaves the memory, when, and what never does (seed 3 section 13)."""

from __future__ import annotations

from datetime import timedelta

from vega_terminal.domain import events as ev
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.status import Probe

from .engine_world import Ground, Rules
from .rosters import THREE, roster
from .test_lock_flow import locked_at


async def test_saved_tokens_leave_the_memory_and_primary_stays(ground: Ground) -> None:
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        hot = {name for name in THREE if world.registry.get(name, world.now)}
        assert hot == {"PRIMARY"}
        await world.engine.verify()
        assert {name for name in THREE if world.registry.get(name, world.now)} == {"PRIMARY"}


async def test_held_tokens_stay_until_the_database_has_them(ground: Ground) -> None:
    async with ground.process(roster(THREE), Rules(busy_attempts=1)) as world:
        with locked_at(ground, world, ev.TokenIssued, "PRIMARY") as other:
            await world.refresh()
            assert all(world.registry.get(name, world.now) for name in THREE)
            other.rollback()
            await world.until(lambda: world.status.database.state is DatabaseState.OK)
        assert {name for name in THREE if world.registry.get(name, world.now)} == {"PRIMARY"}


async def test_half_past_three_clears_everything_but_the_roster(ground: Ground) -> None:
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        first = await world.engine.look()
        assert first.profile.value is not None
        await ground.clock.sleep(timedelta(days=1).total_seconds())
        assert world.status.probe is not Probe.CONFIRMED
        assert world.registry.get("PRIMARY", world.now - timedelta(days=1)) is None
