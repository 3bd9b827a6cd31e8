"""The tokens as they lie on disk: those of the database, and over them those that wait in the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.ports import ReplayBuffer, StoredToken, TokenStore


class TokenShelf:
    """Reads both places as one. A token is durable when it is here."""

    def __init__(self, store: TokenStore, buffer: ReplayBuffer) -> None:
        self._store = store
        self._buffer = buffer
        self._users: dict[str, str] = {}
        self._marks: dict[str, bytes] = {}

    async def load(self, slots: Sequence[ApiSlot]) -> Mapping[str, StoredToken]:
        """The newest token of each slot that has one; a token of another client id is none.

        Raises:
            StorageError: the database cannot be read, and the journal does not hold every one of `slots`.
        """
        held = await self._held(slots)
        try:
            stored = dict(await self._store.load(slots))
        except StorageError:
            if held.keys() != {slot.name for slot in slots}:
                raise
            stored = {}
        for name, entry in held.items():
            known = stored.get(name)
            if known is None or entry.token.epoch > known.token.epoch:
                stored[name] = entry
        self._users.update({name: entry.token.user_id for name, entry in stored.items()})
        self._marks.update({name: entry.token.value.mark() for name, entry in stored.items()})
        return stored

    def known_user(self, slot: ApiSlot) -> str | None:
        """Whose account the slot's last known token belongs to (the broker's client code)."""
        return self._users.get(slot.name)

    def is_known(self, slot: ApiSlot, value: Secret) -> bool:
        """Whether `value` is the slot's last known token: nothing new then."""
        return self._marks.get(slot.name) == value.mark()

    async def _held(self, slots: Sequence[ApiSlot]) -> dict[str, StoredToken]:
        wanted = {(slot.name, slot.client_id) for slot in slots}
        newest: dict[str, StoredToken] = {}
        for held in await self._buffer.held():
            token = held.token
            known = newest.get(token.slot)
            if (token.slot, token.client_id) in wanted and (known is None or token.epoch > known.token.epoch):
                newest[token.slot] = StoredToken(token, None, refused=False, held=True)
        return newest
