"""The audit trail: who did what, when, and what came of it; append-only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from vega_terminal.domain.late_dataclass import late_dataclass


class AuditKind(StrEnum):
    """What an entry tells of. The value is stored and shown."""

    RUN_STARTED = "RUN_STARTED"
    RUN_FINISHED = "RUN_FINISHED"
    VERDICT = "VERDICT"
    DECISION = "DECISION"
    LOGIN_LOCK = "LOGIN_LOCK"
    LOGIN_REQUESTED = "LOGIN_REQUESTED"
    SIGN_IN = "SIGN_IN"
    TOKEN_ISSUED = "TOKEN_ISSUED"
    TOKEN_HELD = "TOKEN_HELD"
    TOKEN_STORED = "TOKEN_STORED"
    TOKEN_REPLAYED = "TOKEN_REPLAYED"
    TOKEN_ADOPTED = "TOKEN_ADOPTED"
    """Another host's token was taken over."""
    TOKEN_DISCARDED = "TOKEN_DISCARDED"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"
    TOKEN_HANDED_OUT = "TOKEN_HANDED_OUT"
    """A token left for a program that asked for it; which one stands in the detail."""
    SLOT_FAILED = "SLOT_FAILED"
    SLOT_PARKED = "SLOT_PARKED"
    COOLDOWN = "COOLDOWN"
    REARMED = "REARMED"
    DATABASE = "DATABASE"
    GATE = "GATE"
    TRAIL_RESTARTED = "TRAIL_RESTARTED"
    """The trail goes on in a database that was rebuilt; the damaged one is set aside."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing that happened. Holds no secret.

    Attributes:
        at: when it happened, UTC.
        kind: what it was.
        actor: who asked for it: the operating system's user and the front end, `trader via cli`.
        execution_id: of the run it belongs to, if any.
        slot: it is about, if any.
        detail: short facts by name, plain text.
    """

    at: datetime
    kind: AuditKind
    actor: str
    execution_id: str | None = None
    slot: str | None = None
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """An entry as it lies in the trail, its texts exactly as stored; nothing is proven by reading it.

    Attributes:
        seq: 1, 2, 3 ... without a gap.
        entry_id: of the entry, drawn at random: no entry is in the trail twice.
        generation: how often the database had been rebuilt after damage before this record.
        at: ISO 8601, UTC.
        kind, actor, execution_id, slot: as in `AuditEntry`.
        detail: a JSON object.
        mac: HMAC-SHA256 in hex over the record and the mac before it.
    """

    seq: int
    entry_id: str
    generation: int
    at: str
    kind: str
    actor: str
    execution_id: str | None
    slot: str | None
    detail: str
    mac: str = ""


@late_dataclass
class AuditBreak:
    """Where a trail stops being what was written.

    Attributes:
        seq: of the first bad or missing record; None when what proves them all is missing.
        why: what was found, what it means and what to do.
    """

    seq: int | None
    why: str


@late_dataclass
class AuditVerification:
    """What a check of the whole trail found.

    Attributes:
        records: how many there are.
        first_bad: where the trail is broken; None when it is whole.
        notices: what a reader has to know of a whole trail, such as a restart after damage.
    """

    records: int
    first_bad: AuditBreak | None = None
    notices: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every record is there, unchanged and in its place."""
        return self.first_bad is None


class AuditTrail(Protocol):
    """Takes entries; nothing can be changed or taken out again."""

    async def append(self, entries: Sequence[AuditEntry]) -> None:
        """Write the entries in this order; durable on return.

        Raises:
            StorageError: neither the database nor the journal takes them.
        """
        ...


class AuditBook(Protocol):
    """Reads the trail. Every method raises StorageError when it cannot be read."""

    async def records(self, limit: int | None = None) -> Sequence[AuditRecord]:
        """The last `limit` records, or all of them; newest last."""
        ...

    async def verify(self) -> AuditVerification:
        """Check every record against the key and against the checkpoint outside the database."""
        ...
