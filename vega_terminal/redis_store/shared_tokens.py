"""Today's tokens in Redis for the other hosts of the roster: sealed here, gone by themselves at death."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, cast

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import VaultError
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.redis_store.buffer import TokenSealer, new_sequence
from vega_terminal.redis_store.server import RedisAway, RedisServer
from vega_terminal.redis_store.troubles import Operation

# A value is `<epoch>:<sealed>`; a newer login's is not replaced. Key: slot. Arguments: epoch, sealed, ms.
_OFFER: Final = """
local known = redis.call('GET', KEYS[1])
if known and tonumber(string.match(known, '^(%d+):')) > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
return 1
"""
_OFFERED: Final = """
local found = {}
for _, key in ipairs(KEYS) do
  local value = redis.call('GET', key)
  if value then table.insert(found, value) end
end
return found
"""


class SharedTokens:
    """Implements `TokenSharing` for hosts that use one Redis database, vault key and roster.

    Unlike what is held for replay these are copies of tokens that somebody already has: with the server
    away nothing is lost but a second host's sign-in, and the server itself has told so.
    """

    def __init__(self, server: RedisServer, sealer: TokenSealer, namespace: str, clock: Clock) -> None:
        """Share under `vega:<namespace>:token`, sealed by `sealer`."""
        self._server = server
        self._sealer = sealer
        self._prefix = f"vega:{namespace}:token"
        self._clock = clock

    async def offer(self, token: AccessToken) -> None:
        """Let the other hosts take `token` over, until it dies; a newer login's is not replaced."""
        milliseconds = int((token.expires_at - self._clock.now()) / timedelta(milliseconds=1))
        if milliseconds <= 0:
            return
        sealed = self._sealer.seal(new_sequence(), token)
        offer = ("EVAL", _OFFER, 1, self._key(token.slot), token.epoch, sealed, milliseconds)
        try:
            await to_the_end(self._server.ask(Operation.SHARE, offer))
        except RedisAway:
            return

    async def offered(self, slots: Sequence[ApiSlot]) -> Sequence[AccessToken]:
        """What is there for these slots; what does not open with this host's key is none of its own."""
        keys = [self._key(slot.name) for slot in slots]
        try:
            (found,) = await to_the_end(
                self._server.ask(Operation.TAKE_OVER, ("EVAL", _OFFERED, len(keys), *keys))
            )
        except RedisAway:
            return ()
        opened = [self._open(value) for value in cast("list[bytes]", found)]
        wanted = {(slot.name, slot.client_id) for slot in slots}
        return [token for token in opened if token and (token.slot, token.client_id) in wanted]

    def _key(self, slot: str) -> str:
        return f"{self._prefix}:{slot}"

    def _open(self, value: bytes) -> AccessToken | None:
        _, _, sealed = value.partition(b":")
        try:
            return self._sealer.open(sealed).token
        except VaultError:
            return None
