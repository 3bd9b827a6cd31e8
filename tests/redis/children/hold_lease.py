"""Logs in on a host of its own: holds the lease, draws an epoch, and goes on when it is told."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.redis.epochs import OwnEpochs
from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import LoginBusy
from vega_terminal.domain.secret import Secret
from vega_terminal.redis_store.epochs import SharedEpochs
from vega_terminal.redis_store.lease import RedisLoginLease, Span
from vega_terminal.redis_store.opening import open_redis
from vega_terminal.store.login_lock import LoginLock


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def main(folder: Path, url: str, life: float) -> None:
    clock = SystemClock()
    async with open_redis(Secret(url), clock, lambda _text: None) as server:
        lock = LoginLock(folder / "login.lock", clock, 10.0)
        lease = RedisLoginLease(lock, server, clock, Span(10.0, life))
        async with lease.hold(lambda _words: None):
            say(await SharedEpochs(OwnEpochs(), server).next_epoch())
            await asyncio.to_thread(sys.stdin.readline)
            try:
                await lease.require_held()
                say("held")
            except LoginBusy:
                say("lost")
            await asyncio.to_thread(sys.stdin.readline)


asyncio.run(main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])))
