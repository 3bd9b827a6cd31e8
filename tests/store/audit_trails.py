"""Small audit trails: entries, records linked without a database, and what the checkpoint knows of them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports.audit import AuditEntry, AuditKind, AuditRecord
from vega_terminal.store.audit.chain import BEFORE_THE_FIRST, AuditChain
from vega_terminal.store.audit.checkpoint import CheckpointContents
from vega_terminal.store.audit.rows import NamedEntry
from vega_terminal.store.vault.key import KeySource, VaultKey

from .support import NOW


def key_of(byte: int) -> VaultKey:
    return VaultKey(Secret(base64.b64encode(bytes([byte]) * 32).decode()), KeySource.KEY_FILE, "a test")


KEY: Final = key_of(7)
ANOTHER_KEY: Final = key_of(8)
KINDS: Final = tuple(AuditKind)


def entry(number: int, kind: AuditKind | None = None) -> AuditEntry:
    return AuditEntry(
        at=NOW + timedelta(seconds=number),
        kind=kind or KINDS[number % 5],
        actor="trader via cli",
        execution_id=f"run-{number // 3}",
        slot="PRIMARY" if number % 2 else None,
        detail={"number": str(number), "words": "Ünïcode ✓"},
    )


def entries(count: int, start: int = 1) -> list[AuditEntry]:
    return [entry(number) for number in range(start, start + count)]


def linked(
    records: Iterable[AuditRecord], key: VaultKey = KEY, behind: str = BEFORE_THE_FIRST
) -> list[AuditRecord]:
    """The records with macs that fit, whatever they carried before."""
    chain, chained = AuditChain(key), []
    for record in records:
        behind = chain.mac(behind, record)
        chained.append(replace(record, mac=behind))
    return chained


def trail(count: int, key: VaultKey = KEY, start: int = 1) -> list[AuditRecord]:
    """A whole trail of `count` records."""
    named = [NamedEntry(f"id-{start}-{number}", one) for number, one in enumerate(entries(count, start), 1)]
    return linked([one.as_record(seq, 0) for seq, one in enumerate(named, start=1)], key)


def checkpoint_of(records: Sequence[AuditRecord]) -> CheckpointContents:
    return CheckpointContents().with_marks(records)


def renumbered(records: Iterable[AuditRecord]) -> list[AuditRecord]:
    return [replace(record, seq=seq) for seq, record in enumerate(records, start=1)]
