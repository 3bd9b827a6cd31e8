"""Opens the room: nothing of it is loaded before a Redis is configured."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from vega_terminal.clock import Clock
from vega_terminal.domain.secret import Secret
from vega_terminal.redis_store.address import RedisAddress
from vega_terminal.redis_store.server import RedisAway, RedisServer
from vega_terminal.redis_store.troubles import Operation


@asynccontextmanager
async def open_redis(url: Secret, clock: Clock, notify: Callable[[str], None]) -> AsyncIterator[RedisServer]:
    """The server of `VEGA_REDIS_URL` for the block; whether it answers is found out, told, and no condition.

    Args:
        url: as the settings accepted it.
        clock: measures how long a silent server is left alone.
        notify: takes sentences worth telling the operator.
    """
    from vega_terminal.redis_store.client import RedisClient  # noqa: PLC0415 - heavy, and rarely wanted

    address = RedisAddress.parse(url)
    client = RedisClient(address)
    server = RedisServer(client, address.shown, clock, notify)
    try:
        with suppress(RedisAway):
            await server.ask(Operation.GREET, ("PING",))
        yield server
    finally:
        await client.aclose()
