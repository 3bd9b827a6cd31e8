"""Numbers of logins rise across hosts, so that a late writer never wins."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.store.support import opened, token
from vega_terminal.redis_store.epochs import SharedEpochs

from .epochs import OwnEpochs
from .hand_clock import until
from .host import ROSTER, Host, host
from .redis_process import RedisProcess

LIFE_S = 0.5


async def test_the_later_login_has_the_higher_number_on_whichever_host(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with host(tmp_path / "a", durable.url) as first, host(tmp_path / "b", durable.url) as second:
        old, new = OwnEpochs(last=40), OwnEpochs()
        on_old, on_new = SharedEpochs(old, first.server), SharedEpochs(new, second.server)
        drawn = [await source.next_epoch() for source in (on_old, on_new, on_old, on_new, on_new, on_old)]
        assert drawn == [41, 42, 43, 44, 45, 46]
        assert (old.last, new.last) == (46, 45)
        durable.cli("FLUSHALL")
        assert await on_old.next_epoch() == 47
        durable.kill()
        assert await on_new.next_epoch() == 46
        assert "own" in second.told[0]


async def test_a_big_number_stays_exact(durable: RedisProcess, tmp_path: Path) -> None:
    async with host(tmp_path, durable.url) as here:
        source = SharedEpochs(OwnEpochs(last=2**50), here.server)
        assert [await source.next_epoch() for _ in range(3)] == [2**50 + 1, 2**50 + 2, 2**50 + 3]
        assert durable.cli("GET", "vega:epoch") == str(2**50 + 3)


@contextmanager
def logging_in(folder: Path, url: str) -> Iterator[subprocess.Popen[str]]:
    """A process of another host that holds the lease."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.redis.children.hold_lease", str(folder), url, str(LIFE_S)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_a_process_that_stood_still_is_overtaken_and_its_late_write_refused(
    durable: RedisProcess, tmp_path: Path
) -> None:
    async with host(tmp_path / "b", durable.url) as here:
        with logging_in(tmp_path / "a", durable.url) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            late = int(process.stdout.readline())
            os.kill(process.pid, signal.SIGSTOP)
            login = asyncio.ensure_future(log_in(here))
            await until(lambda: ticked(here) and login.done())
            mine = await login
            os.kill(process.pid, signal.SIGCONT)
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline() == "lost\n"
            await here.buffer().hold(token(ROSTER[0], epoch=late))
        assert mine > late
        async with opened(tmp_path) as store:
            assert await store.tokens.save(token(ROSTER[0], epoch=mine))
            for held in await here.buffer().held():
                assert not await store.tokens.save(held.token)


def ticked(here: Host) -> bool:
    here.clock.pass_time(1.0)
    return True


async def log_in(here: Host) -> int:
    """Wait until the lease of the one that stands still has run out, then draw a number."""
    # Its clock runs much faster than the server's: patience enough for any life of a lease.
    async with here.login(here.lease(life=LIFE_S, patience=1e9)) as waited:
        assert waited
        return await SharedEpochs(OwnEpochs(), here.server).next_epoch()
