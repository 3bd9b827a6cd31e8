"""A foreign process holds the database; callers are cancelled at every point."""

from __future__ import annotations

import asyncio
import logging
import math
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path

import pytest

from vega_terminal.domain.errors import DatabaseLocked, StorageError
from vega_terminal.store.opening import DATABASE_NAME, Store, open_store

from .support import (
    CancelAt,
    Gate,
    ScriptedClock,
    foreign_lock,
    keys_in,
    opened,
    require_no_thread,
    slot,
    token,
)


async def stored_epoch(folder: Path) -> int | None:
    """What a later start finds for PRIMARY."""
    async with opened(folder) as store:
        found = await store.tokens.load([slot()])
    return found["PRIMARY"].token.epoch if found else None


def require_nothing_left(folder: Path) -> None:
    """No thread is left, and no transaction is open: the exclusive lock is there for the taking."""
    require_no_thread()
    if (folder / "data" / DATABASE_NAME).exists():
        with closing(sqlite3.connect(folder / "data" / DATABASE_NAME, timeout=0)) as connection:
            connection.execute("BEGIN EXCLUSIVE")


class RunningClock(ScriptedClock):
    """Goes on while somebody sleeps."""

    def monotonic(self) -> float:
        return sum(self.slept)


def opening(
    folder: Path, clock: ScriptedClock, *, patience: float, on_locked: Callable[[DatabaseLocked], None]
) -> AbstractAsyncContextManager[Store]:
    """One attempt a round, so that every sleep is one between two rounds."""
    return open_store(
        folder / "data", keys_in(folder), clock, busy_attempts=1, patience=patience, on_locked=on_locked
    )


async def save(store: Store) -> object:
    return await store.tokens.save(token(slot(), epoch=2))


async def load(store: Store) -> object:
    return await store.tokens.load([slot()])


async def next_epoch(store: Store) -> object:
    return await store.tokens.next_epoch()


@pytest.mark.parametrize("work", [save, load, next_epoch])
async def test_a_held_database_is_given_up_after_the_attempts(
    tmp_path: Path, work: Callable[[Store], Awaitable[object]]
) -> None:
    clock = ScriptedClock()
    async with opened(tmp_path, clock) as store:
        await store.tokens.save(token(slot(), epoch=1))
        with (
            foreign_lock(tmp_path / "data"),
            pytest.raises(DatabaseLocked, match=r"python.* \(process \d+\).* 3 attempts.*Close python"),
        ):
            await work(store)
        first, second = clock.slept
        assert 0.025 <= first <= 0.075 <= 2 * second <= 0.3
        assert await work(store)
    require_nothing_left(tmp_path)


async def test_opening_a_held_database_is_given_up_too(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pass
    with foreign_lock(tmp_path / "data"), pytest.raises(DatabaseLocked):
        async with opened(tmp_path):
            pytest.fail("opened")
    require_nothing_left(tmp_path)


async def test_opening_waits_patiently_and_tells_each_round(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pass
    clock = ScriptedClock()
    rounds: list[DatabaseLocked] = []
    with foreign_lock(tmp_path / "data") as holder:

        def on_locked(error: DatabaseLocked) -> None:
            rounds.append(error)
            if len(rounds) == 4:
                holder.goes_on()
                assert holder.hears() == "free"

        async with opening(tmp_path, clock, patience=math.inf, on_locked=on_locked) as store:
            assert await store.tokens.save(token(slot()))
    assert [f"(process {holder.pid})" in str(error) for error in rounds] == [True] * 4
    assert clock.slept == [0.5, 1.0, 2.0, 2.0]
    require_nothing_left(tmp_path)


async def test_the_patience_at_opening_ends(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pass
    clock = RunningClock()
    rounds: list[DatabaseLocked] = []
    with foreign_lock(tmp_path / "data"), pytest.raises(DatabaseLocked) as caught:
        async with opening(tmp_path, clock, patience=2.0, on_locked=rounds.append):
            pytest.fail("opened")
    # After 0, 0.5, 1.5 and 3.5 seconds.
    assert len(rounds) == 4
    assert caught.value is rounds[-1]
    require_nothing_left(tmp_path)


async def test_patience_is_for_a_held_database_only(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="VEGA_DATA_DIR"):
        async with opening(tmp_path, ScriptedClock(), patience=math.inf, on_locked=lambda _: None):
            pytest.fail("opened")


async def test_a_write_succeeds_once_the_other_lets_go(tmp_path: Path) -> None:
    clock = ScriptedClock()
    async with opened(tmp_path, clock) as store:
        with foreign_lock(tmp_path / "data") as holder:

            async def let_go() -> None:
                holder.goes_on()
                assert holder.hears() == "free"

            clock.on_sleep = let_go
            assert await store.tokens.save(token(slot()))
        assert len(clock.slept) == 1
    assert await stored_epoch(tmp_path) == 1


async def test_a_save_cancelled_while_the_database_is_held_is_still_carried_out(tmp_path: Path) -> None:
    between_attempts = Gate()
    async with opened(tmp_path, ScriptedClock(between_attempts)) as store:
        with foreign_lock(tmp_path / "data") as holder:
            saving = asyncio.create_task(store.tokens.save(token(slot(), epoch=7)))
            await between_attempts.reached.wait()
            saving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await saving
            holder.goes_on()
            assert holder.hears() == "free"
        between_attempts.open.set()
    require_nothing_left(tmp_path)
    assert await stored_epoch(tmp_path) == 7


async def test_a_cancelled_save_that_fails_is_not_lost_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    between_attempts = Gate()
    with caplog.at_level(logging.ERROR):
        async with opened(tmp_path, ScriptedClock(between_attempts)) as store:
            with foreign_lock(tmp_path / "data"):
                saving = asyncio.create_task(store.tokens.save(token(slot())))
                await between_attempts.reached.wait()
                saving.cancel()
                between_attempts.open.set()
                with pytest.raises(DatabaseLocked):
                    await store.tokens.next_epoch()
    assert saving.cancelled()
    assert [record.message for record in caplog.records if "caller was cancelled" in record.message]


async def whole_life(folder: Path, acknowledged: list[bool]) -> None:
    async with opened(folder) as store:
        acknowledged.append(await store.tokens.save(token(slot(), epoch=5)))
        await store.tokens.load([slot()])


async def test_cancelling_at_any_await_leaves_nothing_open_and_loses_nothing(tmp_path: Path) -> None:
    number = 0
    while True:
        number += 1
        folder = tmp_path / str(number)
        acknowledged: list[bool] = []
        life = CancelAt(whole_life(folder, acknowledged), number)

        async def run(life: CancelAt[None] = life) -> None:
            await life

        outcome = (await asyncio.gather(asyncio.create_task(run()), return_exceptions=True))[0]
        require_nothing_left(folder)
        if acknowledged:
            assert await stored_epoch(folder) == 5
        if life.awaits < number:
            assert outcome is None
            break
        assert isinstance(outcome, asyncio.CancelledError)
    assert number > 15
