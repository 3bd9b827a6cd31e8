"""The connection to the Redis server. The only module that knows redis-py."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from typing import Any, Final

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from vega_terminal.redis_store.address import RedisAddress
from vega_terminal.redis_store.server import Command
from vega_terminal.redis_store.troubles import Refusal, Trouble

TIME_LIMIT_S: Final = 1.0
"""For everything that is asked at once, connecting included."""

_BY_CLASS: Final = (
    (exceptions.AuthenticationError, Trouble.AUTH),
    (exceptions.AuthenticationWrongNumberOfArgsError, Trouble.AUTH),
    (exceptions.BusyLoadingError, Trouble.LOADING),
    (exceptions.NoPermissionError, Trouble.PERMISSION),
    (exceptions.ReadOnlyError, Trouble.READ_ONLY),
    (exceptions.OutOfMemoryError, Trouble.MEMORY_FULL),
    (exceptions.InvalidResponse, Trouble.NOT_REDIS),
)
_BY_TEXT: Final = (
    ("MISCONF", Trouble.DISK),
    ("unknown command", Trouble.UNKNOWN_COMMAND),
    ("DB index is out of range", Trouble.NO_DATABASE),
    ("invalid DB index", Trouble.NO_DATABASE),
    ("Protocol Error", Trouble.NOT_REDIS),
)
_CODE: Final = re.compile(r"[A-Z]{2,20}(?= |$)")


class RedisClient:
    """Asks one server, each time within one second.

    A connection may have been cut since it was last used: then everything is sent once more on a fresh
    one, so commands have to be such that doing them twice does no harm.
    """

    def __init__(self, address: RedisAddress) -> None:
        """Prepare; nothing is connected yet."""
        place: dict[str, Any] = (
            {"unix_socket_path": address.socket}
            if address.socket
            else {"host": address.host, "port": address.port, "ssl": address.tls}
        )
        self._tls = address.tls
        self._redis = Redis(
            **place,
            db=address.database,
            username=address.username or None,
            password=None if address.password is None else address.password.reveal(),
            socket_timeout=TIME_LIMIT_S,
            socket_connect_timeout=TIME_LIMIT_S,
            retry=Retry(NoBackoff(), 1, supported_errors=(exceptions.ConnectionError,)),
            protocol=2,
            driver_info=None,
        )

    async def run(self, *commands: Command) -> list[object]:
        """Send the commands behind one another on one connection.

        Returns:
            The answer to each; a `Refusal` for one that the server would not do, and for every one when
            it could not be asked.
        """
        pipeline = self._redis.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        try:
            async with asyncio.timeout(TIME_LIMIT_S):
                answers = await pipeline.execute(raise_on_error=False)
        except (exceptions.RedisError, OSError) as error:
            return [self._unasked(error)] * len(commands)
        return [_refusal(answer) if isinstance(answer, Exception) else answer for answer in answers]

    def _unasked(self, error: Exception) -> Refusal:
        refusal = _refusal(error)
        # A port without TLS keeps silent rather than refuse.
        silent_tls = self._tls and refusal.trouble is Trouble.UNREACHABLE
        return Refusal(Trouble.TLS) if silent_tls else refusal

    async def aclose(self) -> None:
        """Close every connection, within a second; one that is broken already is as good as closed."""
        with suppress(exceptions.RedisError, OSError):
            await self._redis.aclose()


def _refusal(error: Exception) -> Refusal:
    """What an error of redis-py means. Its text is looked at, never passed on."""
    for kind, trouble in _BY_CLASS:
        if isinstance(error, kind):
            return Refusal(trouble)
    text = str(error)
    for part, trouble in _BY_TEXT:
        if part in text:
            return Refusal(trouble)
    if isinstance(error, exceptions.ResponseError):
        code = _CODE.match(text)
        return Refusal(Trouble.OTHER, code[0] if code else "")
    return Refusal(Trouble.UNREACHABLE)
