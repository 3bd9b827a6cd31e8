"""Appends to the table `audit`: any number of processes, one unbroken chain."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.ports.audit import AuditEntry, AuditKind, AuditRecord
from vega_terminal.store.audit.chain import BEFORE_THE_FIRST, AuditChain, canonical
from vega_terminal.store.audit.checkpoint import AuditCheckpoint, CheckpointContents, CheckpointForged
from vega_terminal.store.audit.rows import NamedEntry, as_parameters
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.vault.key import VaultKey

_LOOK: Final = """
SELECT * FROM (SELECT seq, generation, CAST(mac AS BLOB), NULL FROM audit ORDER BY seq DESC LIMIT 1)
UNION ALL
SELECT NULL, NULL, NULL, entry_id FROM audit WHERE entry_id IN (SELECT value FROM json_each(?))
"""
# Nothing is inserted when somebody else was faster: the chain would fork.
_INSERT: Final = """
INSERT INTO audit (seq, entry_id, generation, at, kind, actor, execution_id, slot, detail, mac)
SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
       json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'),
       json_extract(value, '$[6]'), json_extract(value, '$[7]'), json_extract(value, '$[8]'),
       json_extract(value, '$[9]')
FROM json_each(?) WHERE (SELECT coalesce(max(seq), 0) FROM audit) = ?
RETURNING seq
"""
_HOLES: Final = """
SELECT before + 1, seq - 1
FROM (SELECT seq, coalesce(lag(seq) OVER (ORDER BY seq), 0) AS before FROM audit)
WHERE seq > before + 1 ORDER BY seq
"""
_MOST_RACES: Final = 1_000
"""Each lost race is somebody else's progress; so many in a row are a defect."""
_COMPANIONS: Final = ("-wal", "-shm", "-journal")
_PROGRAM: Final = "vega-terminal"
_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Head:
    """The end of the trail, and which of the entries at hand are in it already."""

    seq: int = 0
    generation: int = 0
    mac: str = BEFORE_THE_FIRST
    known: frozenset[str] = frozenset()


class AuditLedger:
    """Writes entries behind the last record and remembers them in the checkpoint.

    Of two processes that append at once one is refused by the statement itself, looks again and repeats.
    A database that was set aside as damaged is told of by the first entry behind what was saved of it.
    """

    def __init__(self, database: Database, key: VaultKey, clock: Clock, checkpoint: AuditCheckpoint) -> None:
        self._database = database
        self._chain = AuditChain(key)
        self._clock = clock
        self._checkpoint = checkpoint
        self._one_at_a_time = asyncio.Lock()
        self._unmarked: list[AuditRecord] = []
        self._has_checkpoint = False

    async def write(self, entries: Sequence[NamedEntry]) -> None:
        """Write those of `entries` that are not in the trail yet; durable on return.

        Raises:
            StorageError: the database or the checkpoint does not take them; may be repeated.
        """
        async with self._one_at_a_time:
            restarts = await asyncio.to_thread(self._restarts)
            for _ in range(_MOST_RACES):
                if await self._try([*restarts, *entries]):
                    return
        raise StorageError("Other processes kept the audit trail busy. Restart; then run `vega-auth doctor`.")

    async def _try(self, entries: Sequence[NamedEntry]) -> bool:
        """One attempt; False when another process appended meanwhile."""
        head = await self._look(entries)
        fresh = [entry for entry in entries if entry.entry_id not in head.known]
        if not fresh:
            return True
        if any(_is_restart(named) for named in fresh):
            missing = " ".join(f"{first}-{last}" for first, last in await self._database.read(_HOLES))
            fresh = [_with_holes(named, missing) if _is_restart(named) else named for named in fresh]
        records = self._linked(head, fresh, await self._generation(head, fresh))
        rows = canonical([as_parameters(record) for record in records])
        if not await self._database.write(_INSERT, (rows, head.seq)):
            return False
        await self._mark(records)
        return True

    async def _look(self, entries: Sequence[NamedEntry]) -> _Head:
        rows = await self._database.read(_LOOK, (canonical([entry.entry_id for entry in entries]),))
        known = frozenset(row[3] for row in rows if row[3] is not None)
        for seq, generation, mac, _ in rows:
            if seq is not None:
                return _Head(seq, generation, mac.decode(errors="backslashreplace"), known)
        return _Head(known=known)

    async def _generation(self, head: _Head, entries: Iterable[NamedEntry]) -> int:
        """The generation of the next records; the checkpoint is made ready for it first."""
        restarts = any(map(_is_restart, entries))
        if self._has_checkpoint and not restarts:
            return head.generation
        generation = await asyncio.to_thread(self._ready_checkpoint, head, restarts=restarts)
        self._has_checkpoint = True
        return generation

    def _ready_checkpoint(self, head: _Head, *, restarts: bool) -> int:
        generation = head.generation
        if restarts:
            generation = max(generation, _known_generation(self._checkpoint)) + 1
        self._checkpoint.open_generation(generation, head.seq + 1)
        return generation

    def _linked(self, head: _Head, entries: Iterable[NamedEntry], generation: int) -> list[AuditRecord]:
        records: list[AuditRecord] = []
        previous = head.mac
        for seq, named in enumerate(entries, start=head.seq + 1):
            record = named.as_record(seq, generation)
            previous = self._chain.mac(previous, record)
            records.append(replace(record, mac=previous))
        return records

    async def _mark(self, records: Sequence[AuditRecord]) -> None:
        """The records are durable; a checkpoint that cannot be written now knows them the next time."""
        self._unmarked.extend(records)
        try:
            await asyncio.to_thread(self._checkpoint.mark, tuple(self._unmarked))
        except StorageError as error:
            _logger.warning("%s", error)
        else:
            self._unmarked.clear()

    def _restarts(self) -> list[NamedEntry]:
        """An entry for each damaged database that lies beside this one; its name is the entry's id."""
        return [
            NamedEntry(f"restart of {aside}", self._restart(aside))
            for aside in set_aside_beside(self._database.path)
        ]

    def _restart(self, aside: str) -> AuditEntry:
        return AuditEntry(
            at=self._clock.now(),
            kind=AuditKind.TRAIL_RESTARTED,
            actor=_PROGRAM,
            detail={"setAside": aside},
        )


def _is_restart(named: NamedEntry) -> bool:
    return named.entry.kind is AuditKind.TRAIL_RESTARTED


def _with_holes(named: NamedEntry, missing: str) -> NamedEntry:
    detail = {**named.entry.detail, "missing": missing or "none"}
    return replace(named, entry=replace(named.entry, detail=detail))


def set_aside_beside(database: Path) -> list[str]:
    """Names of the damaged databases that were set aside in the folder of this one, oldest first. Blocks."""
    names = (path.name for path in database.parent.glob(f"{database.name}.damaged-*"))
    return sorted(name for name in names if not name.endswith(_COMPANIONS))


def _known_generation(checkpoint: AuditCheckpoint) -> int:
    try:
        return (checkpoint.read() or CheckpointContents()).generation
    except CheckpointForged:
        return 0
