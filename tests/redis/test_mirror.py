"""The journal with a second copy: either of the two may fail, and no token is lost or said to be safe."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.support import token
from vega_terminal.domain.errors import StorageError
from vega_terminal.redis_store.server import QUIET_S
from vega_terminal.store.journal.token_journal import JOURNAL_NAME

from .host import ROSTER, host
from .redis_process import RedisProcess, free_port

PRIMARY, FEED = ROSTER


def break_journal(folder: Path) -> None:
    """Something that is no file has the journal's name."""
    (folder / JOURNAL_NAME).mkdir()


async def test_both_hold_under_one_number_and_both_let_go(durable: RedisProcess, tmp_path: Path) -> None:
    async with host(tmp_path, durable.url) as here:
        both = here.mirrored()
        feed = await both.hold(token(FEED))
        primary = await both.hold(token(PRIMARY))
        assert await both.hold(token(PRIMARY)) == primary
        for buffer in (both, here.buffer()):
            assert [entry.sequence for entry in await buffer.held()] == [primary, feed]
        await both.strike([feed, primary])
        assert await both.held() == []
        assert durable.cli("KEYS", "*") == ""
        assert here.told == []


async def test_a_machine_that_lost_its_disk_gets_its_tokens_back(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with host(tmp_path / "old", durable.url) as old, host(tmp_path / "new", durable.url) as new:
        await old.mirrored().hold(token(FEED))
        await old.mirrored().hold(token(PRIMARY))
        here = new.mirrored()
        kept = await here.hold(token(FEED, epoch=7))
        held = await here.held()
        assert [(entry.token.slot, entry.token.epoch) for entry in held] == [
            ("PRIMARY", 1),
            ("FEED", 7),
            ("FEED", 1),
        ]
        await here.strike([entry.sequence for entry in held if entry.sequence != kept])
        assert [entry.sequence for entry in await here.held()] == [kept]


async def test_a_confirmed_copy_stands_in_for_a_journal_that_fails(
    durable: RedisProcess, tmp_path: Path
) -> None:
    break_journal(tmp_path)
    async with host(tmp_path, durable.url) as here:
        both = here.mirrored()
        sequence = await both.hold(token(PRIMARY))
        (said,) = here.told
        assert "safe in Redis" in said
        durable.kill()
        durable.start()
        assert [entry.sequence for entry in await both.held()] == [sequence]
        with pytest.raises(StorageError):
            await both.strike([sequence])
        with pytest.raises(StorageError):  # nothing is in Redis any more, and the journal does not tell
            await both.held()


async def test_a_copy_in_memory_does_not_stand_in(forgetful: RedisProcess, tmp_path: Path) -> None:
    break_journal(tmp_path)
    async with host(tmp_path, forgetful.url) as here:
        with pytest.raises(StorageError, match=JOURNAL_NAME):
            await here.mirrored().hold(token(PRIMARY))
        forgetful.kill()
        with pytest.raises(StorageError, match=JOURNAL_NAME):
            await here.mirrored().hold(token(PRIMARY))


async def test_a_server_that_goes_in_the_middle_costs_nothing_but_the_second_copy(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with host(tmp_path, durable.url) as here:
        both = here.mirrored()
        first = await both.hold(token(FEED))
        durable.kill()
        second = await both.hold(token(PRIMARY))
        assert [entry.sequence for entry in await both.held()] == [second, first]
        await both.strike([first])
        (said,) = here.told
        assert "does not answer" in said
        assert "own journal" in said
        durable.start()
        assert [entry.sequence for entry in await both.held()] == [second]
        here.clock.pass_time(QUIET_S)
        # Redis still has what was struck while it was away; that is made up for, not replayed.
        assert [entry.sequence for entry in await both.held()] == [second]
        assert await here.buffer().held() == []
        assert here.told[1:] == [f"Redis at {durable.socket} does its part again."]


async def test_what_a_server_would_not_let_go_of_is_not_replayed(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with host(tmp_path, durable.url) as here:
        both = here.mirrored()
        sequence = await both.hold(token(PRIMARY))
        durable.cli("REPLICAOF", "127.0.0.1", str(free_port()))
        await both.strike([sequence])
        assert [entry.sequence for entry in await here.buffer().held()] == [sequence]
        assert await both.held() == []
        assert "struck later" in here.told[0]
        durable.cli("REPLICAOF", "NO", "ONE")
        assert await both.held() == []
        assert await here.buffer().held() == []
