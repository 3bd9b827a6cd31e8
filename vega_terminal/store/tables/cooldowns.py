"""Cooldowns of the login identities: deadline and start are stored, never a remaining time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.status import Cooldown
from vega_terminal.engine.ports import CooldownRecord
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.tables.timestamps import from_text, to_text

_COLUMNS: Final = "identity, label, until, reason, started_at, boot_id, started_uptime, provisional"
_LOAD: Final = f"SELECT {_COLUMNS} FROM cooldowns ORDER BY identity"  # noqa: S608  constant columns
# One in force is not shortened; a provisional one gives way to whatever is known now.
_SAVE: Final = f"""
INSERT INTO cooldowns ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (identity) DO UPDATE SET
    label = excluded.label, until = excluded.until, reason = excluded.reason,
    started_at = excluded.started_at, boot_id = excluded.boot_id,
    started_uptime = excluded.started_uptime, provisional = excluded.provisional
WHERE cooldowns.provisional = 1 OR excluded.until >= cooldowns.until
"""  # noqa: S608
_CLEAR: Final = """
DELETE FROM cooldowns WHERE identity = ? AND until = ? AND started_at = ? AND provisional = ?
"""


class SqliteCooldownStore:
    """Implements `engine.ports.CooldownStore`. Every method raises StorageError when SQLite cannot do it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load_cooldowns(self) -> Sequence[CooldownRecord]:
        """Every cooldown on record, also those that are over."""
        return [self._record(row) for row in await self._database.read(_LOAD)]

    async def save_cooldown(self, record: CooldownRecord) -> None:
        """Record or replace the cooldown of its identity; one in force that ends later stays."""
        cooldown = record.cooldown
        values = (
            cooldown.identity,
            cooldown.label,
            to_text(cooldown.until),
            cooldown.reason,
            to_text(record.started_at),
            record.boot_id,
            record.started_uptime,
            int(record.provisional),
        )
        await self._database.write(_SAVE, values)

    async def clear_cooldown(self, record: CooldownRecord) -> None:
        """Forget this very record; another one of the same identity stays."""
        cooldown = record.cooldown
        instants = (to_text(cooldown.until), to_text(record.started_at))
        await self._database.write(_CLEAR, (cooldown.identity, *instants, int(record.provisional)))

    def _record(self, row: Sequence[Any]) -> CooldownRecord:
        identity, label, until, reason, started_at, boot_id, started_uptime, provisional = row
        try:
            cooldown = Cooldown(identity, label, from_text(until), reason)
            return CooldownRecord(cooldown, from_text(started_at), boot_id, started_uptime, bool(provisional))
        except ValueError as error:
            # Skipping it would allow a sign-in that the broker forbade.
            raise StorageError(
                f"In {self._database.path} the deadline of the cooldown of {label} is damaged, so nobody"
                " knows whether a sign-in is allowed. Move the database away and start again in 11 minutes."
            ) from error
