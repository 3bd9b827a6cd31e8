"""Audit records as a test wants them, and a book that can refuse."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.ports.audit import AuditKind, AuditRecord, AuditVerification

from .manual_clock import START
from .scripted_backstage import ScriptedBook


def record(
    seq: int,
    kind: str = AuditKind.VERDICT,
    slot: str | None = "PRIMARY",
    *,
    at: datetime | None = None,
    facts: Mapping[str, str] | None = None,
) -> AuditRecord:
    """A record one minute after the one before it."""
    when = at or START - timedelta(days=1) + timedelta(minutes=seq)
    return AuditRecord(
        seq=seq,
        entry_id=f"{seq:032x}",
        generation=0,
        at=when.isoformat(timespec="microseconds"),
        kind=kind,
        actor="trader via terminal",
        execution_id="c0ffee00-1",
        slot=slot,
        detail=json.dumps(dict(facts or {"verdict": "VALID"})),
        mac="ab" * 32,
    )


class GuardedBook(ScriptedBook):
    """Counts its readers, and refuses them when a test says so."""

    def __init__(self, trail: Sequence[AuditRecord] = ()) -> None:
        super().__init__()
        self.trail = list(trail)
        self.refusal: str | None = None
        self.reads = 0
        self.proofs = 0

    async def records(self, limit: int | None = None) -> Sequence[AuditRecord]:
        self.reads += 1
        self._guard()
        return tuple(await super().records(limit))

    async def verify(self) -> AuditVerification:
        self.proofs += 1
        self._guard()
        return await super().verify()

    def _guard(self) -> None:
        if self.refusal is not None:
            raise StorageError(self.refusal)
