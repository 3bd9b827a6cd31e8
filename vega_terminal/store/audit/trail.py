"""The audit trail in the database; in the journal while the database takes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.ports.audit import AuditEntry
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.store.audit.checkpoint import AuditCheckpoint
from vega_terminal.store.audit.ledger import AuditLedger
from vega_terminal.store.audit.rows import NamedEntry
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.vault.key import VaultKey

AUDIT_TOPIC: Final = "audit"
"""Of the journal's notes that are audit entries."""


class AuditNotes(Protocol):
    """Where entries wait, durably, for a database that takes none."""

    async def note_all(self, topic: str, texts: Sequence[str]) -> Sequence[int]:
        """Note the texts; durable on return. Raises StorageError when it cannot."""
        ...


class SqliteAuditTrail:
    """Implements `engine.ports.AuditTrail`: append-only, chained under a key, known to the checkpoint."""

    def __init__(
        self,
        database: Database,
        key: VaultKey,
        clock: Clock,
        notes: AuditNotes,
        checkpoint: AuditCheckpoint,
    ) -> None:
        self._ledger = AuditLedger(database, key, clock, checkpoint)
        self._notes = notes

    async def append(self, entries: Sequence[AuditEntry]) -> None:
        """Write the entries in this order; durable on return, in the database or in the journal.

        Cancelling the caller does not cancel the write.

        Raises:
            StorageError: neither takes them.
        """
        if entries:
            await to_the_end(self._append([NamedEntry.new(entry) for entry in entries]))

    async def apply(self, text: str) -> None:
        """Append an entry that was noted in the journal; one that is in the trail already is left alone.

        Raises:
            StorageError: the database still takes nothing.
            ValueError: it is no noted entry.
        """
        await to_the_end(self._ledger.write([NamedEntry.from_note(text)]))

    async def _append(self, named: Sequence[NamedEntry]) -> None:
        try:
            await self._ledger.write(named)
        except StorageError:
            # Also when the commit's outcome is unknown: an entry's id keeps it from standing there twice.
            await self._notes.note_all(AUDIT_TOPIC, [entry.as_note() for entry in named])
