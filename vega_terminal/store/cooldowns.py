"""Cooldowns of the login identities; what is stored is the deadline, never a remaining time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.status import Cooldown
from vega_terminal.store.database import Database
from vega_terminal.store.timestamps import from_text, to_text

_LOAD: Final = "SELECT identity, label, until, reason FROM cooldowns ORDER BY identity"
_SAVE: Final = """
INSERT INTO cooldowns (identity, label, until, reason, started_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (identity) DO UPDATE SET
    label = excluded.label, until = excluded.until, reason = excluded.reason, started_at = excluded.started_at
"""
_CLEAR: Final = "DELETE FROM cooldowns WHERE identity = ?"


class SqliteCooldownStore:
    """Implements `engine.ports.CooldownStore`. Every method raises StorageError when SQLite cannot do it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def load_cooldowns(self) -> Sequence[Cooldown]:
        """Every cooldown on record, also those that are over."""
        return [self._cooldown(*row) for row in await self._database.read(_LOAD)]

    async def save_cooldown(self, cooldown: Cooldown) -> None:
        """Record or replace the cooldown of its identity."""
        deadline, now = to_text(cooldown.until), to_text(self._clock.now())
        values = (cooldown.identity, cooldown.label, deadline, cooldown.reason, now)
        await self._database.write(_SAVE, values)

    async def clear_cooldown(self, identity: str) -> None:
        """Forget the cooldown of an identity."""
        await self._database.write(_CLEAR, (identity,))

    def _cooldown(self, identity: str, label: str, until: str, reason: str) -> Cooldown:
        try:
            return Cooldown(identity, label, from_text(until), reason)
        except ValueError as error:
            # Skipping it would allow a sign-in that the broker forbade.
            raise StorageError(
                f"In {self._database.path} the deadline of the cooldown of {label} is damaged, so nobody"
                " knows whether a sign-in is allowed. Move the database away and start again in 11 minutes."
            ) from error
