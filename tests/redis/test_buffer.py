"""Tokens in Redis: sealed, gone with their death, back after a crash, never called safer than they are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.store.support import TOKEN_TEXT, slot, token
from vega_terminal.redis_store.buffer import MARGIN
from vega_terminal.redis_store.durability import Durability, durability_of
from vega_terminal.redis_store.troubles import Refusal, Trouble

from .conftest import StartRedis
from .host import ROSTER, host
from .redis_process import EVERY_SECOND, RedisProcess
from .sealer import key

PRIMARY, FEED = ROSTER


async def test_what_is_held_is_there_until_it_is_struck(durable: RedisProcess, tmp_path: Path) -> None:
    async with host(tmp_path, durable.url) as here:
        buffer = here.buffer()
        feed = await buffer.hold(token(FEED))
        primary = await buffer.hold(token(PRIMARY, epoch=2))
        held = await buffer.held()
        assert [(entry.sequence, entry.token) for entry in held] == [
            (primary, token(PRIMARY, epoch=2)),
            (feed, token(FEED)),
        ]
        await buffer.strike([primary, 4711])
        await buffer.strike([primary])
        assert [entry.sequence for entry in await buffer.held()] == [feed]
        await buffer.strike([feed])
        assert durable.cli("KEYS", "*") == ""
        assert here.told == []


async def test_a_record_dies_soon_after_its_token(durable: RedisProcess, tmp_path: Path) -> None:
    async with host(tmp_path, durable.url) as here:
        sequence = await here.buffer().hold(token(PRIMARY))
        lives = (token(PRIMARY).expires_at - here.clock.now() + MARGIN) / timedelta(milliseconds=1)
        for name in durable.cli("KEYS", "*").split():
            assert lives - 60_000 < int(durable.cli("PTTL", name)) <= lives, name
        # The server dropped it; its number may still be in the index.
        (record,) = [name for name in durable.cli("KEYS", "*").split() if name.endswith(f":{sequence}")]
        durable.cli("DEL", record)
        assert await here.buffer().held() == []


async def test_hosts_share_records_if_key_and_roster_are_the_same(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with host(tmp_path / "a", durable.url) as first, host(tmp_path / "b", durable.url) as second:
        sequence = await first.buffer().hold(token(PRIMARY))
        assert [entry.sequence for entry in await second.buffer().held()] == [sequence]
        assert await second.buffer(key(2)).held() == []
        assert await second.buffer(roster=[slot(client_id="another-app")]).held() == []


async def test_kill_9_of_the_server_loses_nothing_that_it_confirmed(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with host(tmp_path, durable.url) as here:
        buffer = here.buffer()
        for number in range(1, 6):
            assert await buffer.hold_as(number, token(PRIMARY, epoch=number)) is Durability.ON_DISK
        durable.kill()
        durable.start()
        assert [entry.sequence for entry in await buffer.held()] == [1, 2, 3, 4, 5]
        assert here.told == []


async def test_it_is_told_once_that_a_server_keeps_nothing(forgetful: RedisProcess, tmp_path: Path) -> None:
    async with host(tmp_path, forgetful.url) as here:
        buffer = here.buffer()
        for number in (1, 2):
            assert await buffer.hold_as(number, token(PRIMARY)) is Durability.MEMORY
        (said,) = here.told
        assert "keeps a copy in memory only" in said
        assert "appendonly yes" in said


async def test_a_server_that_syncs_now_and_then_is_not_called_durable(
    start_redis: StartRedis, tmp_path: Path
) -> None:
    server = start_redis(*EVERY_SECOND)
    async with host(tmp_path, server.url) as here:
        durability = await here.buffer().hold_as(1, token(PRIMARY))
        if knows_waitaof(server):
            assert durability in (Durability.ON_DISK, Durability.SOON)  # it may have synced just in time
        else:
            assert durability is Durability.SOON
        assert all("can lose the last one" in said for said in here.told)
        assert bool(here.told) == (durability is Durability.SOON)


async def test_a_server_that_never_syncs_confirms_nothing(start_redis: StartRedis, tmp_path: Path) -> None:
    server = start_redis("--appendonly", "yes", "--appendfsync", "no")
    async with host(tmp_path, server.url) as here:
        assert await here.buffer().hold_as(1, token(PRIMARY)) is Durability.SOON


def knows_waitaof(server: RedisProcess) -> bool:
    """Redis 7.2 and newer waits for its own sync when asked."""
    return "waitaof" in server.cli("COMMAND", "LIST").lower()


ALWAYS = [b"appendonly", b"yes", b"appendfsync", b"always"]
NO_SUCH = Refusal(Trouble.UNKNOWN_COMMAND)
DENIED = Refusal(Trouble.PERMISSION)


@pytest.mark.parametrize(
    ("answers", "durability"),
    [
        (([1, 0], DENIED), Durability.ON_DISK),
        (([0, 0], ALWAYS), Durability.SOON),  # a time-out is an answer, too
        (([0, 1], ALWAYS), Durability.SOON),  # a replica's disk is not asked for
        (([], ALWAYS), Durability.SOON),
        ((Refusal(Trouble.OTHER, "ERR"), ALWAYS), Durability.MEMORY),  # knows it, keeps no log
        ((NO_SUCH, ALWAYS), Durability.ON_DISK),
        ((NO_SUCH, [b"appendonly", b"yes", b"appendfsync", b"everysec"]), Durability.SOON),
        ((NO_SUCH, [b"appendonly", b"no", b"appendfsync", b"always"]), Durability.MEMORY),
        ((NO_SUCH, DENIED), Durability.MEMORY),
        ((NO_SUCH, []), Durability.MEMORY),
    ],
)
def test_only_what_is_confirmed_counts_as_durable(
    answers: tuple[object, object], durability: Durability
) -> None:
    assert durability_of(answers) is durability


async def test_a_record_that_does_not_open_hides_no_other(durable: RedisProcess, tmp_path: Path) -> None:
    async with host(tmp_path, durable.url) as here:
        buffer = here.buffer()
        for number in (1, 2, 3):
            await buffer.hold_as(number, token(PRIMARY, epoch=number))
        names = {name.rpartition(":")[2]: name for name in durable.cli("KEYS", "*:[0-9]*").split()}
        durable.cli("SETRANGE", names["1"], "40", "damaged")
        durable.cli("COPY", names["3"], names["2"], "REPLACE")  # somebody moves a record
        for _ in range(2):
            assert [entry.sequence for entry in await buffer.held()] == [3]
        assert len(here.told) == 2
        assert all("cannot be read" in said and "MISSING" in said for said in here.told)


async def test_no_secret_is_readable_in_any_file_of_the_server(
    start_redis: StartRedis, tmp_path: Path
) -> None:
    server = start_redis("--appendonly", "yes", "--appendfsync", "always", "--rdbcompression", "no")
    async with host(tmp_path, server.url) as here:
        await here.buffer().hold(token(PRIMARY))
        async with here.login(here.lease()):
            server.cli("SAVE")
            written = [path for path in server.folder.rglob("*") if path.is_file()]
            content = b"".join(path.read_bytes() for path in written)
    assert {"dump.rdb"} < {path.name for path in written}
    assert content.count(b":pending") >= 2
    for secret in (TOKEN_TEXT, TOKEN_TEXT.split(".")[1], token(PRIMARY).user_id, PRIMARY.identity.label):
        assert secret.encode() not in content
