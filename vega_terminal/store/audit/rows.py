"""Audit entries on their way into the table: as rows, and as notes while the database takes none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from vega_terminal.engine.ports.audit import AuditEntry, AuditKind, AuditRecord
from vega_terminal.store.audit.chain import canonical
from vega_terminal.store.tables.timestamps import from_text, to_text


@dataclass(frozen=True, slots=True)
class NamedEntry:
    """An entry with the id by which it is known again, however often somebody tries to write it."""

    entry_id: str
    entry: AuditEntry

    @classmethod
    def new(cls, entry: AuditEntry) -> NamedEntry:
        """Give an entry its id."""
        return cls(uuid4().hex, entry)

    def as_record(self, seq: int, generation: int) -> AuditRecord:
        """The record at its place, still without its mac."""
        entry = self.entry
        return AuditRecord(
            seq=seq,
            entry_id=self.entry_id,
            generation=generation,
            at=to_text(entry.at),
            kind=entry.kind.value,
            actor=_storable(entry.actor),
            execution_id=_optional(entry.execution_id),
            slot=_optional(entry.slot),
            detail=canonical(dict(entry.detail)),
        )

    def as_note(self) -> str:
        """One text that holds it all, for the journal."""
        return canonical(_as_document(self))

    @classmethod
    def from_note(cls, text: str) -> NamedEntry:
        """Read what `as_note` wrote.

        Raises:
            ValueError: it is anything else.
        """
        try:
            document = json.loads(text)
            return cls(str(document["entry_id"]), _entry_of(document))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"It is no noted audit entry ({error!r}).") from error


_STORED: Final = (
    "seq",
    "entry_id",
    "generation",
    "at",
    "kind",
    "actor",
    "execution_id",
    "slot",
    "detail",
    "mac",
)


def as_parameters(record: AuditRecord) -> list[object]:
    """The record's columns in the order of the table."""
    return [getattr(record, name) for name in _STORED]


def _as_document(named: NamedEntry) -> dict[str, object]:
    entry = named.entry
    return {
        "entry_id": named.entry_id,
        "at": to_text(entry.at),
        "kind": entry.kind.value,
        "actor": entry.actor,
        "execution_id": entry.execution_id,
        "slot": entry.slot,
        "detail": dict(entry.detail),
    }


def _entry_of(document: Any) -> AuditEntry:  # noqa: ANN401 - parsed JSON, judged here
    return AuditEntry(
        at=from_text(document["at"]),
        kind=AuditKind(document["kind"]),
        actor=document["actor"],
        execution_id=document["execution_id"],
        slot=document["slot"],
        detail={str(name): str(value) for name, value in document["detail"].items()},
    )


def _storable(text: str) -> str:
    """SQLite's JSON cannot carry NUL, and its texts no half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _optional(text: str | None) -> str | None:
    return None if text is None else _storable(text)
