"""The journal on this machine with a second copy in Redis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import HeldToken, ReplayBuffer
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.redis_store.buffer import new_sequence
from vega_terminal.redis_store.durability import Durability
from vega_terminal.redis_store.server import RedisAway


class SecondBuffer(Protocol):
    """A buffer that takes records under the numbers they have elsewhere; see `RedisReplayBuffer`."""

    async def hold_as(self, sequence: int, token: AccessToken) -> Durability:
        """Hold `token` under this number."""
        ...

    async def held(self) -> Sequence[HeldToken]:
        """Everything that is held."""
        ...

    async def strike(self, sequences: Iterable[int]) -> None:
        """Hold these no longer."""
        ...


class MirroredReplayBuffer:
    """Implements `ReplayBuffer`: the local journal is what counts, the remote one is the second copy.

    When the journal fails, the remote one stands in as long as it confirms that its copy is on disk. When
    the remote one is away, nothing is missing: it has told so itself.
    """

    def __init__(self, local: ReplayBuffer, remote: SecondBuffer, notify: Callable[[str], None]) -> None:
        """Hold in `local`, then in `remote`; `notify` takes sentences worth telling the operator."""
        self._local = local
        self._remote = remote
        self._notify = notify
        self._owed: set[int] = set()

    async def hold(self, token: AccessToken) -> int:
        """Hold `token`; durable on return. Returns the number to strike it by.

        Raises:
            StorageError: the journal could not take it, and the second copy is not known to be durable.
        """
        return await to_the_end(self._hold(token))

    async def held(self) -> Sequence[HeldToken]:
        """What either of the two holds, PRIMARY first.

        Raises:
            StorageError: the journal cannot be read, and the second buffer has nothing either.
        """
        remote = await self._held_remotely()
        try:
            local = await self._local.held()
        except StorageError as error:
            if not remote:
                raise
            self._notify(f"{error} What Redis holds is used instead.")
            local = ()
        known = {entry.sequence for entry in local}
        both = [*local, *(entry for entry in remote if entry.sequence not in known)]
        return sorted(both, key=lambda entry: entry.token.slot != PRIMARY)

    async def strike(self, sequences: Iterable[int]) -> None:
        """Hold these no longer, in both; may be repeated.

        Raises:
            StorageError: they may still be held in the journal.
        """
        numbers = frozenset(sequences)
        self._owed |= numbers
        try:
            await self._local.strike(numbers)
        finally:
            await self._pay()

    async def _hold(self, token: AccessToken) -> int:
        try:
            sequence = await self._local.hold(token)
        except StorageError as error:
            return await self._hold_remotely(token, error)
        await self._copy(sequence, token)
        return sequence

    async def _hold_remotely(self, token: AccessToken, error: StorageError) -> int:
        sequence = new_sequence()
        if await self._copy(sequence, token) is not Durability.ON_DISK:
            raise error
        self._notify(
            f"{error} The token of {token.slot} is safe in Redis all the same, confirmed on its disk."
        )
        return sequence

    async def _copy(self, sequence: int, token: AccessToken) -> Durability | None:
        try:
            return await self._remote.hold_as(sequence, token)
        except RedisAway:
            return None

    async def _held_remotely(self) -> list[HeldToken]:
        """What the second buffer holds, without what it ought to have struck already."""
        await self._pay()
        try:
            return [entry for entry in await self._remote.held() if entry.sequence not in self._owed]
        except RedisAway:
            return []

    async def _pay(self) -> None:
        """Strike remotely what was struck here while the server was away."""
        owed = frozenset(self._owed)
        if owed:
            try:
                await self._remote.strike(owed)
            except RedisAway:
                return
            self._owed -= owed
