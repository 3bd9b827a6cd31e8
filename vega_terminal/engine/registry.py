"""Memory copy of the proven tokens, for reads without delay; the database stays the truth."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from vega_terminal.domain.token import AccessToken


class HotTokenRegistry:
    """The proven token of each slot (seed 2 section 2.4)."""

    def __init__(self) -> None:
        self._tokens: dict[str, AccessToken] = {}

    def put(self, token: AccessToken) -> None:
        """Keep `token` unless a newer login's is already here."""
        held = self._tokens.get(token.slot)
        if held is None or held.epoch <= token.epoch:
            self._tokens[token.slot] = token

    def get(self, slot: str, now: datetime) -> AccessToken | None:
        """The slot's token if it is alive at `now`."""
        token = self._tokens.get(slot)
        return None if token is None or token.is_expired(now) else token

    def clear(self, names: Collection[str], now: datetime) -> None:
        """Forget the tokens of the named slots, and every token that is dead at `now`."""
        self._tokens = {
            slot: token
            for slot, token in self._tokens.items()
            if slot not in names and not token.is_expired(now)
        }

    def drop(self, token: AccessToken) -> None:
        """Forget this very token; a newer one stays."""
        if self._tokens.get(token.slot) == token:
            del self._tokens[token.slot]
