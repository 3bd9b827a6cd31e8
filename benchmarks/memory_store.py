"""A store that costs nothing, to tell the share of database and journal from the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import HeldToken, StoredToken


class MemoryTokenStore:
    """Implements `engine.ports.TokenStore` with a dictionary."""

    def __init__(self, tokens: Iterable[AccessToken]) -> None:
        self._tokens = {token.slot: StoredToken(token, None, refused=False) for token in tokens}

    async def load(self, slots: Sequence[ApiSlot]) -> Mapping[str, StoredToken]:
        return {slot.name: self._tokens[slot.name] for slot in slots if slot.name in self._tokens}

    async def save(self, token: AccessToken) -> bool:
        self._tokens[token.slot] = StoredToken(token, None, refused=False)
        return True

    async def holds(self, token: AccessToken) -> bool:
        return self._tokens[token.slot].token == token

    async def record_verdicts(self, refused: Mapping[AccessToken, bool], at: datetime) -> None:
        for token, is_refused in refused.items():
            self._tokens[token.slot] = StoredToken(token, at, is_refused)

    async def next_epoch(self) -> int:
        return 1


class EmptyBuffer:
    """Implements `engine.ports.ReplayBuffer`; nothing ever has to wait in it."""

    async def hold(self, token: AccessToken) -> int:
        raise AssertionError(f"The database of this benchmark takes {token.slot} at once.")

    async def held(self) -> Sequence[HeldToken]:
        return ()

    async def strike(self, sequences: Iterable[int]) -> None:
        """Nothing is there."""
