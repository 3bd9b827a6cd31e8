"""What is known of the audit trail besides its records: how fresh it is, and whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vega_terminal.engine.ports.audit import AuditVerification
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.times import age, ist_time

Note = tuple[str, Tone]
TRAIL_LIMIT = 600


@dataclass(frozen=True, slots=True)
class TrailState:
    """How the trail was read and proven.

    Attributes:
        newest: the number of the newest record that was read; 0 when there is none.
        read_at: when the trail was last read, UTC; None before that.
        trouble: why it could not be read after that; None when it could.
        is_proving: whether a proof is under way.
        proof: what the last proof found; None before that.
        proven_at: when, UTC.
        proof_trouble: why the last proof found nothing; None when it did.
    """

    newest: int = 0
    read_at: datetime | None = None
    trouble: str | None = None
    is_proving: bool = False
    proof: AuditVerification | None = None
    proven_at: datetime | None = None
    proof_trouble: str | None = None


def trail_notes(state: TrailState, now: datetime) -> tuple[Note, ...]:
    """The verdict, what a reader has to know of it, and why the list is old if it is."""
    notices = () if state.proof is None or state.is_proving else state.proof.notices
    return (
        _verdict(state),
        *((f"! {safe_text(notice, TRAIL_LIMIT)}", Tone.WAIT) for notice in notices),
        *_trouble(state, now),
    )


def empty_words(state: TrailState) -> str:
    """What stands in the list while there is no record in it."""
    if state.read_at is not None:
        return "Nothing has happened yet."
    return "The trail is being read." if state.trouble is None else "Nothing could be read."


def _verdict(state: TrailState) -> Note:
    if state.is_proving:
        words = "PROVING  every record is checked against the vault's key and the checkpoint."
        return f"▸ {words}", Tone.LABEL
    if state.proof_trouble is not None:
        return f"? NOT YET PROVEN  {safe_text(state.proof_trouble, TRAIL_LIMIT)} p tries again.", Tone.WAIT
    if state.proof is None:
        return "○ NOT YET PROVEN  p checks every record.", Tone.MUTED
    return _found(state, state.proof)


def _found(state: TrailState, proof: AuditVerification) -> Note:
    count = f"{proof.records:,} record{'' if proof.records == 1 else 's'}"
    bad = proof.first_bad
    if bad is None:
        newer = max(0, state.newest - proof.records)
        more = f" {newer:,} newer not yet proven: p." if newer else ""
        when = f"proven at {ist_time(state.proven_at)} IST."
        return f"● WHOLE  {count}, none changed or out of place; {when}{more}", Tone.GOOD
    where = "CANNOT BE PROVEN" if bad.seq is None else f"BROKEN at record {bad.seq:,}"
    return f"✕ {where}  ({count}) {safe_text(bad.why, TRAIL_LIMIT)}", Tone.BAD


def _trouble(state: TrailState, now: datetime) -> tuple[Note, ...]:
    if state.trouble is None:
        return ()
    why = f"✕ The trail cannot be read now. {safe_text(state.trouble, TRAIL_LIMIT)}"
    if state.read_at is None:
        return ((f"{why} r tries again.", Tone.BAD),)
    old = f"What you see was read at {ist_time(state.read_at)} IST, {age(state.read_at, now)} ago."
    return ((f"{why} {old} r tries again.", Tone.BAD),)
