"""Reads and checks the audit trail."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, Final

from vega_terminal.engine.ports.audit import AuditBreak, AuditKind, AuditRecord, AuditVerification
from vega_terminal.store.audit.chain import AuditChain
from vega_terminal.store.audit.checkpoint import AuditCheckpoint, CheckpointContents, CheckpointForged
from vega_terminal.store.audit.ledger import set_aside_beside
from vega_terminal.store.audit.verification import FORGED_CHECKPOINT, verify_trail
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.vault.key import VaultKey

_TEXTS: Final = ("entry_id", "at", "kind", "actor", "execution_id", "slot", "detail", "mac")
# As bytes: a text that somebody damaged may be no UTF-8 any more, and must be shown all the same.
_READ: Final = f"""
SELECT seq, generation, {", ".join(f"CAST({name} AS BLOB)" for name in _TEXTS)}
FROM audit ORDER BY seq DESC LIMIT ?
"""  # noqa: S608 - column names of ours
_ALL: Final = -1


class SqliteAuditBook:
    """Implements `engine.ports.AuditBook`. Writes nothing."""

    def __init__(self, database: Database, key: VaultKey, checkpoint: AuditCheckpoint) -> None:
        self._database = database
        self._chain = AuditChain(key)
        self._checkpoint = checkpoint

    async def records(self, limit: int | None = None) -> tuple[AuditRecord, ...]:
        """The last `limit` records, or all of them; newest last.

        Raises:
            StorageError: the database cannot be read.
        """
        rows = await self._database.read(_READ, (_ALL if limit is None else limit,))
        return tuple(_record(*row) for row in reversed(rows))

    async def verify(self) -> AuditVerification:
        """Check every record against the key and against the checkpoint.

        Raises:
            StorageError: the database or the checkpoint cannot be read.
        """
        # The checkpoint first: whatever it knows was committed before, so the database must have it.
        checkpoint, is_forged = await asyncio.to_thread(self._read_checkpoint)
        records = await self.records()
        found = await asyncio.to_thread(verify_trail, records, self._chain, checkpoint)
        if is_forged and (found.first_bad is None or found.first_bad.seq is None):
            found = replace(found, first_bad=AuditBreak(None, FORGED_CHECKPOINT))
        return found if found.whole else await asyncio.to_thread(self._with_hints, found, records)

    def _read_checkpoint(self) -> tuple[CheckpointContents | None, bool]:
        try:
            return self._checkpoint.read(), False
        except CheckpointForged:
            return None, True

    def _with_hints(self, found: AuditVerification, records: tuple[AuditRecord, ...]) -> AuditVerification:
        """Damage must not pass for an attack without a word."""
        hints = [
            f"A damaged database was set aside as {name}{_told_by(records, name)}. That may be why records"
            " are missing: look for them there."
            for name in set_aside_beside(self._database.path)
        ]
        return replace(found, notices=(*found.notices, *hints))


def _told_by(records: tuple[AuditRecord, ...], aside: str) -> str:
    for record in records:
        if record.kind == AuditKind.TRAIL_RESTARTED and aside in record.detail:
            return f", as record {record.seq} tells"
    return "; the next run enters it into the trail"


def _record(seq: int, generation: int, *texts: bytes | None) -> AuditRecord:
    fields: dict[str, Any] = {
        name: None if text is None else text.decode(errors="backslashreplace")
        for name, text in zip(_TEXTS, texts, strict=True)
    }
    return AuditRecord(seq=seq, generation=generation, **fields)
