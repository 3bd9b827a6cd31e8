"""Tokens held in Redis: sealed here, gone by themselves when they are dead."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final, Protocol, cast

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import VaultError
from vega_terminal.domain.slots import PRIMARY, ApiSlot
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import HeldToken
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.redis_store.durability import CONFIRMATION, Durability, durability_of
from vega_terminal.redis_store.server import Command, RedisServer
from vega_terminal.redis_store.troubles import Operation

MARGIN: Final = timedelta(hours=1)
"""How long a record outlives its token, for clocks that differ and for the audit of what was dropped."""

_SEQUENCE_BITS: Final = 53
"""Fits every JSON reader's numbers."""

# The index lives as long as the longest-lived record. Keys: record, index. Arguments: value, ms, sequence.
_HOLD: Final = """
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SADD', KEYS[2], ARGV[3])
if redis.call('PTTL', KEYS[2]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[2], ARGV[2]) end
return 1
"""
# What has died stays in the index until the index dies: reading must work on a full server, too.
_HELD: Final = """
local found = {}
for _, sequence in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local value = redis.call('GET', ARGV[1] .. sequence)
  if value then table.insert(found, sequence); table.insert(found, value) end
end
return found
"""
_STRIKE: Final = """
for position = 2, #ARGV do
  redis.call('DEL', ARGV[1] .. ARGV[position])
  redis.call('SREM', KEYS[1], ARGV[position])
end
return 1
"""


class TokenSealer(Protocol):
    """Seals records with the vault's key, so that the server never sees a token."""

    def seal(self, sequence: int, token: AccessToken) -> bytes:
        """The sealed record; never twice the same bytes."""
        ...

    def open(self, sealed: bytes) -> HeldToken:
        """What `seal` made.

        Raises:
            VaultError: it was sealed with another key, or it is damaged.
        """
        ...


def new_sequence() -> int:
    """A number that no other record has, on whichever host."""
    return secrets.randbits(_SEQUENCE_BITS)


def namespace(key_id: str, slots: Iterable[ApiSlot]) -> str:
    """Whose records they are: hosts with the same vault key and the same roster share them."""
    pairs = sorted(f"{slot.name}={slot.client_id}" for slot in slots)
    text = "\n".join((key_id, *pairs))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


class RedisReplayBuffer:
    """Implements `ReplayBuffer` in Redis. Every method raises RedisAway (a StorageError) when it cannot.

    A record is a key of its own that the server drops an hour after the token's death. Whoever replays a
    record first, on whichever host, strikes it.
    """

    def __init__(self, server: RedisServer, sealer: TokenSealer, namespace: str, clock: Clock) -> None:
        """Hold records under `vega:<namespace>:pending`, sealed by `sealer`."""
        self._server = server
        self._sealer = sealer
        self._index = f"vega:{namespace}:pending"
        self._clock = clock
        self._told: set[Durability] = {Durability.ON_DISK}
        self._unreadable: set[int] = set()

    async def hold(self, token: AccessToken) -> int:
        """Hold `token` as far as the server is durable. Returns the number to strike it by.

        Raises:
            RedisAway: it may not be held here.
        """
        sequence = new_sequence()
        await self.hold_as(sequence, token)
        return sequence

    async def hold_as(self, sequence: int, token: AccessToken) -> Durability:
        """Hold `token` under the number that it has elsewhere; a repetition replaces it.

        Raises:
            RedisAway: it may not be held here.
        """
        life = max(token.expires_at - self._clock.now(), timedelta()) + MARGIN
        milliseconds = int(life / timedelta(milliseconds=1))
        keys = (self._key(sequence), self._index)
        sealed = self._sealer.seal(sequence, token)
        hold = ("EVAL", _HOLD, len(keys), *keys, sealed, milliseconds, sequence)
        _, *confirmation = await to_the_end(self._server.ask(Operation.HOLD, hold, *CONFIRMATION))
        durability = durability_of(confirmation)
        if durability not in self._told:
            self._told.add(durability)
            self._server.tell(f"Redis at {self._server.address} {durability.value}")
        return durability

    async def held(self) -> Sequence[HeldToken]:
        """Everything that is held, PRIMARY first, then as issued; expired ones, too.

        A record that does not open is told once and left where it is.

        Raises:
            RedisAway: the server did not tell.
        """
        held = ("EVAL", _HELD, 1, self._index, self._key(""))
        (found,) = await to_the_end(self._server.ask(Operation.READ, held))
        flat = cast("list[bytes]", found)
        pairs = zip(flat[::2], flat[1::2], strict=True)
        opened = [self._open(int(sequence), sealed) for sequence, sealed in pairs]
        tokens = [entry for entry in opened if entry is not None]
        return sorted(tokens, key=lambda entry: (entry.token.slot != PRIMARY, entry.token.issued_at))

    async def strike(self, sequences: Iterable[int]) -> None:
        """Hold these no longer; may be repeated.

        Raises:
            RedisAway: they may still be held.
        """
        numbers = tuple(sequences)
        if numbers:
            strike: Command = ("EVAL", _STRIKE, 1, self._index, self._key(""), *numbers)
            await to_the_end(self._server.ask(Operation.STRIKE, strike))

    def _key(self, sequence: int | str) -> str:
        return f"{self._index}:{sequence}"

    def _open(self, sequence: int, sealed: bytes) -> HeldToken | None:
        try:
            entry = self._sealer.open(sealed)
            if entry.sequence == sequence:
                return entry
            reason = "It belongs to another record."
        except VaultError as error:
            reason = str(error)
        if sequence not in self._unreadable:
            self._unreadable.add(sequence)
            self._server.tell(
                f"A token that Redis at {self._server.address} holds cannot be read. {reason} It was left"
                " there and is dropped by itself. Generate anew what is MISSING."
            )
        return None
