"""Finds the first record of an audit trail that is not what was written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from vega_terminal.engine.ports.audit import AuditBreak, AuditKind, AuditRecord, AuditVerification
from vega_terminal.store.audit.chain import BEFORE_THE_FIRST, AuditChain
from vega_terminal.store.audit.checkpoint import CheckpointContents, Place, mark_of, place_of

_KEEP: Final = "Keep the data folder as it is, and ask who had access to it."
_WRONG_MAC: Final = (
    "It does not carry the mac that belongs to its content and place: it was edited, swapped, copied from"
    f" elsewhere, or written without the key. {_KEEP}"
)
_RE_CHAINED: Final = (
    "Its mac fits the key, but the checkpoint knows another record here: the trail was written anew by"
    f" somebody who has the vault's key, or an older copy of the database was put in its place. {_KEEP}"
)
_UNKNOWN_RESTART: Final = (
    "It begins a new part of the trail that the checkpoint knows nothing of: somebody who has the vault's"
    f" key wrote it, or the checkpoint is an older copy. {_KEEP}"
)
_NO_CHECKPOINT: Final = (
    "The file audit.checkpoint is missing. The chain itself is unbroken, but without its checkpoint nobody"
    " can tell whether its end was cut off or everything was written anew. Put the file back if you moved it."
)
FORGED_CHECKPOINT: Final = (
    "The file audit.checkpoint was changed, or belongs to another key. Without it nobody can tell whether"
    f" the trail's end was cut off or everything was written anew. {_KEEP}"
)
_LATE_CHECKPOINT: Final = (
    "When it was written, the file audit.checkpoint was missing, so a new one began here. Nobody can tell"
    f" any more whether records before it were cut off or written anew. {_KEEP}"
)


_HOLE: Final = re.compile(r"\b(\d{1,15})-(\d{1,15})\b")


def verify_trail(
    records: Sequence[AuditRecord], chain: AuditChain, checkpoint: CheckpointContents | None
) -> AuditVerification:
    """Check `records`, in the order of their numbers, from the first to the last that there must be.

    Args:
        records: all that the database holds.
        chain: with the key that they were written with.
        checkpoint: read before the records, so that it knows none that they lack.
    """
    walk = _Walk(chain, checkpoint or CheckpointContents(), _holes_told(records))
    for record in records:
        why = walk.step(record)
        if why is not None:
            return AuditVerification(len(records), walk.first_bad(why), tuple(walk.notices))
    return AuditVerification(len(records), _end(records, checkpoint), tuple(walk.notices))


class _Walk:
    """Goes from record to record; knows what the next one must fit to."""

    def __init__(self, chain: AuditChain, known: CheckpointContents, holes: Mapping[Place, int]) -> None:
        self.notices: list[str] = []
        self._chain = chain
        self._known = known
        self._holes = holes
        self._excused: list[tuple[int, int]] = []
        self._seq = 1
        self._mac: str | None = BEFORE_THE_FIRST
        self._generation = 0

    def step(self, record: AuditRecord) -> str | None:
        """Take one record; why it is bad, or None."""
        why = self._missing(record) or self._misfit(record) or _unknown(record, self._known)
        if why is None:
            if record.generation > self._generation:
                self.notices.append(_restart_in_words(record, self._generation, self._known))
            self._seq, self._mac, self._generation = record.seq + 1, record.mac, record.generation
        return why

    def first_bad(self, why: str) -> AuditBreak:
        """The break that `step` met, or a hole before it whose excuse is not proven then."""
        unproven = [start for start, told_by in self._excused if told_by >= self._seq]
        if unproven:
            return AuditBreak(min(unproven), f"It is missing. {_KEEP}")
        return AuditBreak(self._seq, why)

    def _missing(self, record: AuditRecord) -> str | None:
        if record.seq == self._seq:
            return None
        told_by = self._holes.get((self._seq, record.seq - 1))
        if told_by is None:
            return f"It is missing; the next one there is number {record.seq}. {_KEEP}"
        self._excused.append((self._seq, told_by))
        self.notices.append(
            f"Records {self._seq} to {record.seq - 1} could not be saved from a damaged database, as record"
            f" {told_by} tells; so record {record.seq} is not proven by its mac."
        )
        self._seq, self._mac = record.seq, None
        return None

    def _misfit(self, record: AuditRecord) -> str | None:
        """Whether the record fits to the one before it."""
        continues = record.generation == self._generation
        restarts = record.generation > self._generation and record.kind == AuditKind.TRAIL_RESTARTED
        fits = self._mac is None or self._chain.fits(self._mac, record)
        return None if fits and (continues or restarts) else _WRONG_MAC


def _holes_told(records: Sequence[AuditRecord]) -> dict[Place, int]:
    """First and last number of what restarts say is lost, and which record says so; nothing is proven yet."""
    return {
        (int(first), int(last)): record.seq
        for record in records
        if record.kind == AuditKind.TRAIL_RESTARTED
        for first, last in _HOLE.findall(_told(record).get("missing", ""))
    }


def _told(record: AuditRecord) -> dict[str, str]:
    try:
        detail = json.loads(record.detail)
    except ValueError:
        return {}
    return {name: str(value) for name, value in detail.items()} if isinstance(detail, dict) else {}


def _unknown(record: AuditRecord, known: CheckpointContents) -> str | None:
    """Whether the record is the one that the checkpoint remembers."""
    if known.marks.get(place_of(record), mark_of(record)) != mark_of(record):
        return _RE_CHAINED
    if record.generation > known.generation:
        return _UNKNOWN_RESTART
    return _LATE_CHECKPOINT if record.seq == known.began > 1 else None


def _end(records: Sequence[AuditRecord], checkpoint: CheckpointContents | None) -> AuditBreak | None:
    """Whether the last record is the last one, as far as the checkpoint knows."""
    if checkpoint is None:
        return AuditBreak(None, _NO_CHECKPOINT) if records else None
    last: Place = place_of(records[-1]) if records else (0, 0)
    furthest = max(checkpoint.marks, default=(0, 0))
    if furthest <= last:
        return None
    return AuditBreak(
        last[1] + 1,
        f"It is missing: the checkpoint knows records up to number {furthest[1]}. The end of the trail was"
        f" cut off, or an older or a new database was put in its place. {_KEEP}",
    )


def _restart_in_words(record: AuditRecord, generation: int, known: CheckpointContents) -> str:
    lost = [seq for part, seq in known.marks if generation <= part < record.generation and seq >= record.seq]
    aside = _told(record).get("setAside", "another file")
    told = f"Before record {record.seq} the database was found damaged and set aside as {aside};"
    if not lost:
        return f"{told} the end of the trail was saved from it."
    return f"{told} records {record.seq} to {max(lost)} of the trail before it could not be saved from it."
