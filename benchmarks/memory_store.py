"""A token store that costs nothing, to tell the database's share from the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import StoredToken


class MemoryTokenStore:
    """Implements `engine.ports.TokenStore` with a dictionary."""

    def __init__(self, tokens: Iterable[AccessToken]) -> None:
        self._tokens = {token.slot: StoredToken(token, None, refused=False) for token in tokens}

    async def load(self, slots: Sequence[ApiSlot]) -> Mapping[str, StoredToken]:
        return {slot.name: self._tokens[slot.name] for slot in slots if slot.name in self._tokens}

    async def save(self, token: AccessToken) -> bool:
        self._tokens[token.slot] = StoredToken(token, None, refused=False)
        return True

    async def record_verdict(self, token: AccessToken, *, refused: bool, at: datetime) -> None:
        self._tokens[token.slot] = StoredToken(token, at, refused)

    async def next_epoch(self) -> int:
        return 1
