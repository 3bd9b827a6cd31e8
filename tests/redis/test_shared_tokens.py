"""What hosts have got for each other: one sign-in serves all, and the newest login wins everywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.support import token

from .host import ROSTER, host
from .redis_process import RedisProcess
from .sealer import key

PRIMARY, FEED = ROSTER
FIND = "return tostring(string.find(redis.call('GET', KEYS[1]), ARGV[1], 1, true))"


async def test_one_host_takes_over_what_another_got(durable: RedisProcess, tmp_path: Path) -> None:
    async with host(tmp_path / "a", durable.url) as here, host(tmp_path / "b", durable.url) as there:
        await here.shared().offer(token(PRIMARY, epoch=3))
        assert await there.shared().offered(ROSTER) == [token(PRIMARY, epoch=3)]
        assert await there.shared().offered([FEED]) == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(epochs=st.lists(st.integers(1, 2**52), min_size=1, max_size=5))
async def test_the_newest_login_wins_in_whatever_order(
    durable: RedisProcess, tmp_path: Path, epochs: list[int]
) -> None:
    durable.cli("FLUSHALL")
    async with host(tmp_path, durable.url) as here:
        shared = here.shared()
        for epoch in epochs:
            await shared.offer(replace(token(PRIMARY), epoch=epoch))
        assert [found.epoch for found in await shared.offered(ROSTER)] == [max(epochs)]


async def test_strangers_see_nothing(durable: RedisProcess, tmp_path: Path) -> None:
    async with host(tmp_path, durable.url) as here:
        await here.shared().offer(token(PRIMARY))
        assert await here.shared(key(2)).offered(ROSTER) == []
        assert await here.shared(roster=(PRIMARY,)).offered([PRIMARY]) == []
        renamed = replace(PRIMARY, client_id="another app")
        assert await here.shared().offered([renamed]) == []
        (name,) = durable.cli("KEYS", "*").split()
        assert durable.cli("EVAL", FIND, "1", name, "1:") == "1"
        assert durable.cli("EVAL", FIND, "1", name, token(PRIMARY).value.reveal()) == "nil"


async def test_a_token_leaves_with_its_death(durable: RedisProcess, tmp_path: Path) -> None:
    async with host(tmp_path, durable.url) as here:
        await here.shared().offer(token(PRIMARY))
        (name,) = durable.cli("KEYS", "vega:*:token:PRIMARY").split()
        left = (token(PRIMARY).expires_at - here.clock.now()).total_seconds()
        assert left - 60 < int(durable.cli("TTL", name)) <= left
        await here.shared().offer(replace(token(FEED), expires_at=here.clock.now()))
        assert durable.cli("KEYS", "vega:*:token:FEED") == ""


async def test_without_the_server_nothing_is_shared_and_nothing_is_lost(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with host(tmp_path, durable.url) as here:
        durable.kill()
        await here.shared().offer(token(PRIMARY))
        assert await here.shared().offered(ROSTER) == ()
        (said,) = here.told
        assert "does not answer" in said
