"""A database that somebody else holds: no crash, no login that could not be kept, and it says so."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import DatabaseLocked, StorageError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.status import Activity, AuthStatus
from vega_terminal.store.journal.token_journal import JOURNAL_NAME
from vega_terminal.store.opening import DATABASE_NAME

from .engine_world import Ground, Rules, World, asked, kinds
from .rosters import THREE, roster, shared_roster
from .scripted_login import Course

ONE_ATTEMPT = Rules(busy_attempts=1)


@contextmanager
def foreign_lock(ground: Ground, kind: str = "EXCLUSIVE") -> Iterator[None]:
    """Another connection holds the database: RESERVED lets others read, EXCLUSIVE nothing."""
    with closing(sqlite3.connect(ground.folder / DATABASE_NAME, isolation_level=None)) as other:
        other.execute(f"BEGIN {kind}")
        yield


@contextmanager
def locked_from(ground: Ground, world: World, kind: type[ev.SlotEvent], slot: str) -> Iterator[None]:
    """Another connection takes the write lock the moment an event is told, and lets go at the end."""
    with closing(sqlite3.connect(ground.folder / DATABASE_NAME, isolation_level=None)) as other:

        def lock(event: ev.Event, _status: AuthStatus) -> None:
            if isinstance(event, kind) and event.slot == slot and not other.in_transaction:
                other.execute("BEGIN IMMEDIATE")

        unwatch = world.board.watch(lock)
        yield
        unwatch()
        assert other.in_transaction


async def test_when_nothing_can_be_read_the_run_is_fatal_and_the_next_one_works(ground: Ground) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT) as world:
        with foreign_lock(ground):
            result = await world.refresh()
        assert result.exit_code is ExitCode.FATAL
        assert result.fatal is not None
        assert result.fatal.kind is FailureKind.STORAGE
        assert DATABASE_NAME in result.fatal.message
        assert set(kinds(result).values()) == {FailureKind.STORAGE}
        assert ground.browsers.opened == 0
        assert (await world.refresh()).exit_code is ExitCode.OK


async def test_when_nothing_can_be_written_nobody_signs_in(ground: Ground) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT, holding=["FEED"]) as world:
        with foreign_lock(ground, "IMMEDIATE"):
            result = await world.refresh()
        storage = FailureKind.STORAGE
        assert kinds(result) == {"PRIMARY": storage, "FEED": None, "CHAIN": storage}
        assert result.exit_code is ExitCode.FATAL
        assert ground.browsers.opened == 0
        assert not ground.browsers.sign_ins


async def test_a_verification_that_cannot_read_says_so_and_leaves_nothing_half_done(ground: Ground) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT, holding=["PRIMARY"]) as world:
        with foreign_lock(ground), pytest.raises(DatabaseLocked):
            await world.engine.verify()
        assert {slot.activity for slot in world.status.slots} == {Activity.IDLE}
        assert world.status.generated(world.now) == 1
        await world.engine.verify()
        assert world.status.ready(world.now)


async def test_an_engine_does_not_start_on_a_database_that_it_cannot_read(ground: Ground) -> None:
    async with ground.stored(ONE_ATTEMPT) as ports:
        with foreign_lock(ground), pytest.raises(StorageError):
            async with ground.engine_on(ports, roster(THREE)):
                pytest.fail("started")


async def test_verdicts_that_cannot_be_noted_cost_nothing_but_the_note(ground: Ground) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT, holding=THREE) as world:
        with foreign_lock(ground, "IMMEDIATE"):
            result = await world.refresh()
        assert result.noop
        assert any("could not be noted" in event.text for event in world.seen(ev.Noticed))


@contextmanager
def no_journal(ground: Ground, world: World) -> Iterator[None]:
    """Something else has the journal's name from the moment that a login begins."""
    place = ground.folder / JOURNAL_NAME

    def take(event: ev.Event, _status: AuthStatus) -> None:
        if isinstance(event, ev.LoginRequested):
            place.mkdir()

    unwatch = world.board.watch(take)
    yield
    unwatch()
    place.rmdir()


async def test_a_token_that_fits_nowhere_ends_the_run_with_the_reason(ground: Ground) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT) as world:
        with no_journal(ground, world), locked_from(ground, world, ev.TokenIssued, "PRIMARY"):
            result = await world.refresh()
        assert set(kinds(result).values()) == {FailureKind.STORAGE}
        assert result.exit_code is ExitCode.FATAL
        assert ground.browsers.walks == ["PRIMARY"]
        await world.until(lambda: world.status.database.state is DatabaseState.OK)
        assert (await world.refresh()).exit_code is ExitCode.OK
    assert ground.browsers.walks == ["PRIMARY", *THREE]


async def test_without_a_journal_the_database_gets_each_token_at_once(ground: Ground) -> None:
    async with ground.process(roster(THREE), ONE_ATTEMPT) as world:
        with no_journal(ground, world):
            result = await world.refresh()
        assert result.exit_code is ExitCode.OK
        assert set(await world.in_database()) == set(THREE)
        assert any("saved to the database alone" in event.text for event in world.seen(ev.Noticed))


async def test_a_sign_in_that_cannot_be_recorded_is_not_begun(ground: Ground) -> None:
    async with ground.process(shared_roster(), ONE_ATTEMPT) as world:
        with locked_from(ground, world, ev.SlotFinished, "ORDERS"):
            result = await world.refresh()
        storage = FailureKind.STORAGE
        assert kinds(result) == {"PRIMARY": None, "ORDERS": None, "FEED": storage, "CHAIN": storage}
        assert result.exit_code is ExitCode.PARTIAL
    assert ground.browsers.sign_ins == {"bob": 1}
    assert ground.browsers.walks == ["PRIMARY", "ORDERS", "FEED"]


async def test_a_cooldown_that_cannot_be_saved_is_obeyed_all_the_same(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(seconds=1, fails=FailureKind.SIGN_IN_STALLED))
    async with ground.process(roster(THREE), ONE_ATTEMPT) as world:
        running = world.engine.begin(asked())
        await ground.clock.sleep(0.5)
        with foreign_lock(ground, "IMMEDIATE"):
            await running.result
        assert world.status.cooldown_remaining(world.now) > 600
        assert any("would not survive a restart" in event.text for event in world.seen(ev.Noticed))
        assert set(kinds(await world.refresh()).values()) == {FailureKind.COOLDOWN}


async def test_a_lock_file_that_cannot_be_used_starts_nothing(ground: Ground) -> None:
    (ground.folder / "login.lock").mkdir()
    async with ground.process(roster(THREE), holding=["FEED"]) as world:
        result = await world.refresh()
        storage = FailureKind.STORAGE
        assert kinds(result) == {"PRIMARY": storage, "FEED": None, "CHAIN": storage}
        assert result.exit_code is ExitCode.FATAL
    assert ground.browsers.opened == 0
