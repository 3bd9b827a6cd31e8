"""What another process stores is known here soon, proven like everything else, and nothing is asked twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import DatabaseLocked
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.outside import LOOK_SECONDS

from .engine_world import Ground, World
from .rosters import THREE, roster
from .scripted_broker import REFUSES


@asynccontextmanager
async def following(world: World) -> AsyncIterator[None]:
    task = asyncio.create_task(world.engine.follow_others())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_tokens_of_another_process_open_the_gate_here(ground: Ground) -> None:
    async with ground.process(roster(THREE)) as world, following(world):
        await world.clock.sleep(60)
        assert not world.status.ready(world.now)
        await world.hold("PRIMARY")
        await world.hold("FEED")
        await world.clock.sleep(2 * LOOK_SECONDS)
        assert world.status.ready(world.now)
        assert world.verdicts() == {
            "PRIMARY": Verdict.VALID,
            "FEED": Verdict.VALID,
            "CHAIN": Verdict.MISSING,
        }
        assert "Another VEGA process has stored new tokens: PRIMARY, FEED." in [
            event.text for event in world.seen(ev.Noticed)
        ]


async def test_a_strange_token_counts_for_nothing_until_the_broker_has_answered(ground: Ground) -> None:
    ground.broker.profiles["PRIMARY"] = REFUSES
    async with ground.process(roster(THREE)) as world, following(world):
        await world.hold("PRIMARY")
        await world.clock.sleep(2 * LOOK_SECONDS)
        assert world.verdicts()["PRIMARY"] is Verdict.INVALID
        assert not world.status.ready(world.now)


async def test_what_is_known_is_not_asked_about_again(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world, following(world):
        await world.refresh()
        asked = len(world.seen(ev.VerificationStarted))
        await world.clock.sleep(20 * LOOK_SECONDS)
        assert len(world.seen(ev.VerificationStarted)) == asked == 1


async def test_a_database_that_cannot_be_read_hides_them_only_for_as_long(ground: Ground) -> None:
    async with ground.process(roster(THREE)) as world:
        await world.hold("PRIMARY")
        real = world.engine._parts.shelf.load

        async def locked(*_: object) -> None:
            raise DatabaseLocked("The database is held.", None)

        world.engine._parts.shelf.load = locked  # type: ignore[assignment,method-assign]
        async with following(world):
            await world.clock.sleep(5 * LOOK_SECONDS)
            world.engine._parts.shelf.load = real  # type: ignore[method-assign]
            await world.clock.sleep(2 * LOOK_SECONDS)
            assert world.status.ready(world.now)
