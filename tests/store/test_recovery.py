"""The first trouble pauses the database; only reopening it ends that; nothing is left behind on the way."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from vega_terminal.domain.errors import DatabaseLocked, StorageError, VaultError
from vega_terminal.engine.ports import RecoverableDatabase
from vega_terminal.store.opening import DATABASE_NAME, Store
from vega_terminal.store.sqlite.errors import DatabaseBroken

from .support import CancelAt, Gate, ScriptedClock, foreign_lock, opened, require_no_thread, slot, token

PRIMARY = slot()


def watched(store: Store) -> list[StorageError]:
    told: list[StorageError] = []
    store.recovery.watch_trouble(told.append)
    return told


def require_free(folder: Path) -> None:
    """A third connection can write: no transaction is open anywhere."""
    with closing(sqlite3.connect(folder / "data" / DATABASE_NAME, timeout=0)) as connection:
        connection.execute("BEGIN EXCLUSIVE")


async def stored_epoch(store: Store) -> int:
    return (await store.tokens.load([PRIMARY]))["PRIMARY"].token.epoch


async def require_paused(store: Store, error: type[StorageError]) -> None:
    works: list[Callable[[], Awaitable[object]]] = [
        lambda: store.tokens.save(token(PRIMARY, 9)),
        lambda: store.tokens.load([PRIMARY]),
        store.tokens.next_epoch,
    ]
    for work in works:
        with pytest.raises(error):
            await work()


async def test_it_fits_the_port_of_the_engine(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        port: RecoverableDatabase = store.recovery
        assert await port.reopen() is None


async def test_a_held_database_is_paused_until_it_was_reopened(tmp_path: Path) -> None:
    clock = ScriptedClock()
    async with opened(tmp_path, clock) as store:
        told = watched(store)
        with foreign_lock(tmp_path / "data") as holder:
            with pytest.raises(DatabaseLocked, match=rf"process {holder.pid}\)") as caught:
                await store.tokens.save(token(PRIMARY))
            assert told == [caught.value]
            pauses = len(clock.slept)
            await require_paused(store, DatabaseLocked)
            assert len(clock.slept) == pauses == 2
            with pytest.raises(DatabaseLocked):
                await store.recovery.reopen()
            holder.goes_on()
            assert holder.hears() == "free"
            await require_paused(store, DatabaseLocked)
        assert await store.recovery.reopen() is None
        assert await store.tokens.save(token(PRIMARY))
        assert await stored_epoch(store) == 1
        assert len(told) == 1
        require_free(tmp_path)
    require_no_thread()


async def test_writes_that_wait_behind_the_trouble_fail_with_it(tmp_path: Path) -> None:
    clock = ScriptedClock()
    async with opened(tmp_path, clock) as store:
        told = watched(store)
        with foreign_lock(tmp_path / "data"):
            saves = (store.tokens.save(token(PRIMARY, epoch)) for epoch in (1, 2, 3))
            outcomes = await asyncio.gather(*saves, return_exceptions=True)
        assert [type(each) for each in outcomes] == [DatabaseLocked] * 3
        assert (len(told), len(clock.slept)) == (1, 2)


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        ("INSERT INTO nowhere VALUES (1)", ()),
        ("INSERT INTO meta (key, value) VALUES (?, ?)", ("one",)),
        ("INSERT INTO meta (key, value) VALUES ('epoch', 1)", ()),
    ],
    ids=["syntax", "binding", "constraint"],
)
async def test_a_mistake_of_ours_pauses_nothing(
    tmp_path: Path, statement: str, parameters: tuple[str, ...]
) -> None:
    async with opened(tmp_path) as store:
        told = watched(store)
        with pytest.raises(StorageError):
            await store.database.write(statement, parameters)
        assert await store.tokens.save(token(PRIMARY))
        assert told == []


@pytest.mark.parametrize("which", ["reading", "writing"])
async def test_a_dead_connection_is_trouble_like_any_other(tmp_path: Path, which: str) -> None:
    async with opened(tmp_path) as store:
        told = watched(store)
        assert store.database._session is not None
        await getattr(store.database._session._connections, which).connection.close()
        work = store.tokens.save(token(PRIMARY)) if which == "writing" else stored_epoch(store)
        with pytest.raises(DatabaseBroken, match="lost"):
            await work
        await store.recovery.reopen()
        assert await store.tokens.save(token(PRIMARY, 2))
        assert len(told) == 1
    require_no_thread()


def put_away(folder: Path) -> None:
    path = folder / "data" / DATABASE_NAME
    path.rename(path.with_name("elsewhere"))


@pytest.mark.parametrize("moment", ["before the write", "within the write"])
async def test_a_write_to_a_file_that_was_put_away_is_never_acknowledged(tmp_path: Path, moment: str) -> None:
    async with opened(tmp_path) as store:
        told = watched(store)
        if moment == "before the write":
            put_away(tmp_path)
        else:
            assert store.database._session is not None
            writing = store.database._session._connections.writing.connection
            await writing.set_trace_callback(lambda _: put_away(tmp_path))
        with pytest.raises(DatabaseBroken):
            await store.tokens.save(token(PRIMARY))
        assert len(told) == 1
        assert await store.recovery.reopen() is None
        assert await store.tokens.save(token(PRIMARY, 2))
        async with opened(tmp_path) as other:
            assert await stored_epoch(other) == 2
            assert other.key_id == store.key_id


async def test_a_database_of_another_key_in_its_place_stays_shut(tmp_path: Path) -> None:
    async with opened(tmp_path / "other"):
        pass
    async with opened(tmp_path / "own") as store:
        told = watched(store)
        path = tmp_path / "own" / "data" / DATABASE_NAME
        (tmp_path / "other" / "data" / DATABASE_NAME).replace(path)
        with pytest.raises(StorageError):
            await store.tokens.save(token(PRIMARY))
        with pytest.raises(VaultError, match="first taken from"):
            await store.recovery.reopen()
        await require_paused(store, StorageError)
        assert len(told) == 1


async def test_what_was_noted_is_written_down_before_reopening_is_over(tmp_path: Path) -> None:
    order: list[str] = []
    async with opened(tmp_path) as store:

        async def first() -> None:
            await store.tokens.save(token(PRIMARY, 3))
            order.append("first")

        async def second() -> None:
            order.append("second")
            raise StorageError("The notes cannot be read.")

        store.recovery.after_reopen(first)
        store.recovery.after_reopen(second)
        assert await store.recovery.reopen() == "The notes cannot be read."
        assert order == ["first", "second"]
        assert await stored_epoch(store) == 3


async def test_trouble_while_it_is_written_down_keeps_the_pause(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        told = watched(store)

        async def afterwards() -> None:
            with foreign_lock(tmp_path / "data"):
                await store.tokens.save(token(PRIMARY))

        store.recovery.after_reopen(afterwards)
        with pytest.raises(DatabaseLocked):
            await store.recovery.reopen()
        await require_paused(store, DatabaseLocked)
        assert told == []


async def reopen_and_save(folder: Path, saved: list[bool]) -> None:
    async with opened(folder) as store:
        watched(store)
        await store.recovery.reopen()
        saved.append(await store.tokens.save(token(PRIMARY, 4)))
        await store.recovery.reopen()
        assert await stored_epoch(store) == 4


async def test_cancelling_reopening_at_any_await_leaves_nothing_open(tmp_path: Path) -> None:
    number = 0
    while True:
        number += 1
        folder, saved = tmp_path / str(number), list[bool]()
        life = CancelAt(reopen_and_save(folder, saved), number)

        async def run(life: CancelAt[None] = life) -> None:
            await life

        outcome = (await asyncio.gather(asyncio.create_task(run()), return_exceptions=True))[0]
        require_no_thread()
        if (folder / "data" / DATABASE_NAME).exists():
            require_free(folder)
        if life.awaits < number:
            assert outcome is None
            break
        assert isinstance(outcome, asyncio.CancelledError)
    assert number > 15


async def test_a_cancelled_reopening_still_ends_and_the_database_is_back(tmp_path: Path) -> None:
    between = Gate()
    async with opened(tmp_path) as store:
        told = watched(store)
        store.recovery.after_reopen(between)
        reopening = asyncio.create_task(store.recovery.reopen())
        await between.reached.wait()
        reopening.cancel()
        between.open.set()
        with pytest.raises(asyncio.CancelledError):
            await reopening
        assert await store.tokens.save(token(PRIMARY))
        assert told == []


async def test_a_closed_store_is_not_reopened(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        pass
    with pytest.raises(StorageError, match="closed"):
        await store.recovery.reopen()
    require_no_thread()
