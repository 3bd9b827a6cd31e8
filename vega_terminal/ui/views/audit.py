"""The audit trail as a list, and what is known of its wholeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from textual.content import Content

from vega_terminal.domain.token import IST, Verdict
from vega_terminal.engine.ports.audit import AuditKind, AuditRecord
from vega_terminal.exports import record_document
from vega_terminal.ui.safe_text import LONGEST, safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.records import FIELD_LIMIT, Column, Field, Record, both_times, field, stamp_after
from vega_terminal.ui.views.slots import SIGNS
from vega_terminal.ui.views.times import NOTHING, ist_stamp

COLUMNS: Final = (
    Column("NO", 7),
    Column("WHEN IST", 17),
    Column("WHAT", 19),
    Column("SLOT", 15, seen_from=90),
    Column("WHO", 19, seen_from=110),
    Column("DETAIL", 0),
)

_KINDS: Final[Mapping[str, tuple[str, Tone]]] = MappingProxyType(
    {
        AuditKind.RUN_STARTED: ("▸", Tone.LABEL),
        AuditKind.RUN_FINISHED: ("■", Tone.LABEL),
        AuditKind.DECISION: ("◇", Tone.LABEL),
        AuditKind.LOGIN_REQUESTED: ("▸", Tone.LABEL),
        AuditKind.SIGN_IN: ("▸", Tone.LABEL),
        AuditKind.TOKEN_STORED: ("●", Tone.GOOD),
        AuditKind.TOKEN_REPLAYED: ("●", Tone.GOOD),
        AuditKind.TOKEN_HELD: ("◆", Tone.LINK),
        AuditKind.TOKEN_DISCARDED: ("!", Tone.WAIT),
        AuditKind.TOKEN_EXPIRED: ("◌", Tone.WAIT),
        AuditKind.SLOT_FAILED: ("✕", Tone.BAD),
        AuditKind.SLOT_PARKED: ("‖", Tone.WAIT),
        AuditKind.COOLDOWN: ("‖", Tone.WAIT),
        AuditKind.REARMED: ("!", Tone.WAIT),
        AuditKind.DATABASE: ("◆", Tone.LINK),
        AuditKind.TRAIL_RESTARTED: ("!", Tone.BAD),
    }
)
_PLAIN: Final = ("·", Tone.VALUE)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One record of the trail; made once, beside the event loop, and painted when it comes into view.

    Attributes:
        record: as it lies in the trail, its texts not yet made safe.
        at: when it happened, UTC; None when its text is damaged.
        words: what a filter looks through.
    """

    record: AuditRecord
    at: datetime | None
    words: str

    @property
    def key(self) -> int:
        """Its number."""
        return self.record.seq

    @property
    def facts(self) -> tuple[Field, ...]:
        """The facts of its detail by name, not yet safe; a damaged detail is one fact."""
        detail = record_document(self.record)["detail"]
        if isinstance(detail, dict):
            return tuple((str(name), str(value)) for name, value in detail.items())
        return (("detail", str(detail)),)

    def cells(self, before: Record | None) -> tuple[Content, ...]:
        """Number, time, kind, slot, actor, facts."""
        glyph, tone = self._sign()
        when = stamp_after(self, before) if self.at else self.record.at
        return (
            Content.styled(f"{self.record.seq:>5}", Tone.MUTED),
            Content.styled(safe_text(when, 15), Tone.VALUE),
            Content.styled(f"{glyph} {safe_text(self.record.kind, 20)}", tone),
            Content.styled(safe_text(self.record.slot or NOTHING, 20), Tone.STRONG),
            Content.styled(safe_text(self.record.actor, 30), Tone.MUTED),
            Content.styled(self._detail(), Tone.VALUE),
        )

    def fields(self) -> tuple[Field, ...]:
        """Every column of the record, each fact on its own."""
        record = self.record
        return (
            field("Number", str(record.seq)),
            *(both_times(self.at) if self.at else (field("When", record.at),)),
            field("What", record.kind),
            field("Slot", record.slot),
            field("Who", record.actor),
            field("Run", record.execution_id),
            *(field(safe_text(name, 40), value) for name, value in self.facts),
            field("Entry id", record.entry_id),
            field("Generation", str(record.generation)),
            field("Mac", record.mac),
        )

    def document(self) -> dict[str, object]:
        """The record as `vega-auth audit export` writes it."""
        return record_document(self.record)

    def headline(self) -> Field:
        """When and what, for a history."""
        detail = self._detail(FIELD_LIMIT)
        what = f"{self._sign()[0]} {safe_text(self.record.kind, 20)}"
        when = f"{self.at.astimezone(IST):%d %b %H:%M:%S}" if self.at else safe_text(self.record.at, 15)
        return when, f"{what}  {detail}" if detail else what

    def _detail(self, limit: int = LONGEST) -> str:
        return safe_text("  ".join(f"{name}={value}" for name, value in self.facts), limit)

    def _sign(self) -> tuple[str, Tone]:
        facts = dict(self.facts)
        if self.record.kind == AuditKind.VERDICT and facts.get("verdict") in set(Verdict):
            sign = SIGNS[Verdict(facts["verdict"])]
            return sign.glyph, sign.tone
        if self.record.kind == AuditKind.GATE:
            return {"opened": ("●", Tone.GOOD), "closed": ("✕", Tone.BAD)}.get(
                facts.get("change", ""), _PLAIN
            )
        return _KINDS.get(self.record.kind, _PLAIN)


def audit_rows(records: Sequence[AuditRecord]) -> tuple[AuditRow, ...]:
    """Make the rows of a list; for thousands of records this takes a while."""
    return tuple(_row(record) for record in records)


def _row(record: AuditRecord) -> AuditRow:
    row = AuditRow(record, _instant(record.at), "")
    facts = (f"{name}={value}" for name, value in row.facts)
    parts = (record.kind, record.slot or "", record.actor, record.execution_id or "", *facts)
    return replace(row, words=" ".join((str(record.seq), ist_stamp(row.at), *parts)).casefold())


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo else None


def merged(known: Sequence[AuditRow], fresh: Sequence[AuditRow]) -> tuple[AuditRow, ...]:
    """`known` with what is new in `fresh`, the last records as they are now.

    Where the two tell different things of one record, or do not touch, the trail is another one, and only
    what was just read counts.
    """
    if not known or not fresh:
        return tuple(fresh)
    first, newest = fresh[0].record.seq, known[-1].record.seq
    overlap = [row.record for row in known if row.record.seq >= first]
    if first > newest + 1 or overlap != [row.record for row in fresh[: len(overlap)]]:
        return tuple(fresh)
    return (*known, *fresh[len(overlap) :])
