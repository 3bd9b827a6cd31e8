"""A database locked in the middle of a login: held, told, replayed; the login goes on (seed 3, 6 to 9)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import AccessToken, Verdict
from vega_terminal.engine.ports import HeldToken
from vega_terminal.store.opening import DATABASE_NAME

from .engine_world import Ground, Rules, World, asked
from .rosters import THREE, roster

ONE_ATTEMPT = Rules(busy_attempts=1)
LONG_AFTER = timedelta(hours=30).total_seconds()


@contextmanager
def locked_at(
    ground: Ground, world: World, kind: type[ev.SlotEvent], slot: str
) -> Iterator[sqlite3.Connection]:
    """Another connection takes the database for itself the moment an event is told; `rollback` frees it."""
    with closing(sqlite3.connect(ground.folder / DATABASE_NAME, isolation_level=None)) as other:

        def lock(event: ev.Event, _status: AuthStatus) -> None:
            if isinstance(event, kind) and event.slot == slot and not other.in_transaction:
                other.execute("BEGIN EXCLUSIVE")

        unwatch = world.board.watch(lock)
        yield other
        unwatch()


async def held(world: World) -> list[HeldToken]:
    return list(await world.ports.journal.held())


@pytest.mark.parametrize("kind", [ev.TokenIssued, ev.TokenHeld, ev.SlotFinished])
async def test_the_login_goes_on_and_everything_is_saved_when_the_lock_is_gone(
    ground: Ground, kind: type[ev.SlotEvent]
) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT) as world:
        with locked_at(ground, world, kind, "PRIMARY") as other:
            result = await world.refresh()
            waiting = {entry.token.slot for entry in await held(world)}
            saved_before = set(THREE) - waiting
            assert result.exit_code is ExitCode.OK
            assert waiting >= {"FEED", "CHAIN"}
            assert saved_before == ({"PRIMARY"} if kind is ev.SlotFinished else set())
            assert world.status.database.state is DatabaseState.LOCKED
            assert world.status.ready(world.now)
            assert all(world.verdicts()[name] is Verdict.PENDING_PERSIST for name in waiting)
            other.rollback()
            await world.until(lambda: world.status.database.state is DatabaseState.OK)
        assert await held(world) == []
        assert set(world.verdicts().values()) == {Verdict.VALID}
        assert set(await world.in_database()) == set(THREE)
        assert world.status.pending_persist == 0
        states = [event.state for event in world.seen(ev.DatabaseChanged) if not event.again]
        assert states == [DatabaseState.LOCKED, DatabaseState.RECOVERING, DatabaseState.OK]
    assert ground.browsers.walks == list(THREE)


async def test_primary_is_replayed_first(ground: Ground) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT) as world:
        with locked_at(ground, world, ev.TokenIssued, "PRIMARY") as other:
            await world.refresh(only=("FEED", "CHAIN", "PRIMARY"))
            other.rollback()
            await world.until(lambda: world.status.database.state is DatabaseState.OK)
        assert world.seen(ev.TokenReplayed)[0].slot == "PRIMARY"


async def test_what_was_held_when_the_process_ended_is_saved_by_the_next_one_without_a_login(
    ground: Ground,
) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT) as world:
        with locked_at(ground, world, ev.TokenIssued, "PRIMARY"):
            assert (await world.refresh()).exit_code is ExitCode.OK
    async with ground.process(roster(THREE), ONE_ATTEMPT) as later:
        assert await held(later) == []
        result = await later.refresh()
        assert result.noop
        assert set(later.verdicts().values()) == {Verdict.VALID}
    assert ground.browsers.walks == list(THREE)


async def test_what_expired_while_it_was_held_is_let_go_and_told(ground: Ground) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT) as world:
        with locked_at(ground, world, ev.TokenIssued, "PRIMARY"):
            await world.refresh()
    await ground.clock.sleep(LONG_AFTER)
    async with ground.process(roster(THREE), ONE_ATTEMPT) as later:
        assert {event.slot for event in later.seen(ev.TokenDiscarded)} == set(THREE)
        assert await held(later) == []
        assert await later.in_database() == {}


async def test_a_newer_token_in_the_database_wins_over_a_held_one(ground: Ground) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT, holding=["PRIMARY"]) as world:
        older = world.broker.issue(world.roster["PRIMARY"])
        token = AccessToken.from_issue("PRIMARY", world.roster["PRIMARY"].client_id, older, epoch=0)
        await world.ports.journal.hold(token)
        before = await world.in_database()
    async with ground.process(roster(THREE), ONE_ATTEMPT) as later:
        assert await later.in_database() == before
        assert await held(later) == []
        assert [event.slot for event in later.seen(ev.TokenDiscarded)] == ["PRIMARY"]


async def test_a_verification_waits_for_the_database_and_then_tells(ground: Ground) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT, holding=THREE) as world:
        with closing(sqlite3.connect(ground.folder / DATABASE_NAME, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            running = world.engine.begin(asked())
            await world.until(lambda: world.status.database.state is DatabaseState.LOCKED)
            other.rollback()
            assert (await running.result).noop
    assert ground.browsers.opened == 0


async def test_a_listener_that_fails_at_the_news_of_a_token_does_not_cost_it(ground: Ground) -> None:
    async with ground.process(roster(["PRIMARY"])) as world:

        def fails(event: ev.Event, _status: AuthStatus) -> None:
            if isinstance(event, ev.TokenIssued):
                raise OSError

        unwatch = world.board.watch(fails)
        assert (await world.refresh()).exit_code is ExitCode.FATAL
        unwatch()
        assert [entry.token.slot for entry in await held(world)] == ["PRIMARY"]
    async with ground.process(roster(["PRIMARY"])) as later:
        assert (await later.refresh()).noop
    assert ground.browsers.walks == ["PRIMARY"]
