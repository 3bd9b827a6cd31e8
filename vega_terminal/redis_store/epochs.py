"""Rising numbers of logins, across hosts."""

from __future__ import annotations

from typing import Final, Protocol, cast

from vega_terminal.engine.ports import EpochSource
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.redis_store.server import RedisAway, RedisServer
from vega_terminal.redis_store.troubles import Operation

EPOCH_KEY: Final = "vega:epoch"

# Higher than any before, and never below the database's own. Key: epoch. Argument: the database's number.
_NEXT: Final = """
local known = tonumber(redis.call('GET', KEYS[1]) or '0')
local number = math.max(known + 1, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], string.format('%.0f', number))
return number
"""


class DatabaseEpochs(EpochSource, Protocol):
    """The database's own count."""

    async def raise_epoch(self, at_least: int) -> None:
        """From now on hand out only numbers above `at_least`; a lower one than its own changes nothing."""
        ...


class SharedEpochs:
    """Implements `EpochSource`: the higher of the database's number and Redis's, known to both afterwards.

    Of two hosts that log in after each other, the later one's tokens always carry the higher number, so
    that a late write of the earlier one is refused by every database that knows the later one's.
    """

    def __init__(self, database: DatabaseEpochs, server: RedisServer) -> None:
        self._database = database
        self._server = server

    async def next_epoch(self) -> int:
        """A number higher than any before, on every host that Redis knows of; without Redis, on this one.

        Raises:
            StorageError: the database cannot be written; a number that Redis gave is left unused.
        """
        own = await self._database.next_epoch()
        try:
            (shared,) = await to_the_end(
                self._server.ask(Operation.EPOCH, ("EVAL", _NEXT, 1, EPOCH_KEY, own))
            )
        except RedisAway:
            return own
        number = cast("int", shared)
        if number > own:
            await self._database.raise_epoch(number)
        return number
