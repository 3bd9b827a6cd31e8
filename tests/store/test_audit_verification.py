"""Every way to tamper with a trail, at every record: the first bad one is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.engine.ports.audit import AuditKind, AuditRecord, AuditVerification
from vega_terminal.store.audit.chain import AuditChain
from vega_terminal.store.audit.checkpoint import CheckpointContents
from vega_terminal.store.audit.rows import NamedEntry
from vega_terminal.store.audit.verification import verify_trail
from vega_terminal.store.vault.key import VaultKey

from .audit_trails import ANOTHER_KEY, KEY, checkpoint_of, entry, linked, renumbered, trail

SIZE = 7
TRAIL = trail(SIZE)
KNOWN = checkpoint_of(TRAIL)
EVERY = range(1, SIZE + 1)
NOTHING_KNOWN = CheckpointContents()


def verified(records: Sequence[AuditRecord], known: CheckpointContents | None = KNOWN) -> AuditVerification:
    return verify_trail(records, AuditChain(KEY), known)


def first_bad(records: Sequence[AuditRecord], known: CheckpointContents | None = KNOWN) -> int | None:
    bad = verified(records, known).first_bad
    assert bad is not None
    return bad.seq


def with_record(seq: int, change: Callable[[AuditRecord], AuditRecord]) -> list[AuditRecord]:
    return [change(record) if record.seq == seq else record for record in TRAIL]


def test_a_trail_that_nobody_touched_is_whole() -> None:
    assert verified(TRAIL) == AuditVerification(SIZE)
    assert verified([], NOTHING_KNOWN).whole
    assert verified([], None).whole


TEXTS = [field.name for field in fields(AuditRecord) if field.name not in ("seq", "generation")]


def edited(record: AuditRecord, name: str, text: str) -> AuditRecord:
    changed: dict[str, Any] = {name: text}
    return replace(record, **changed)


@pytest.mark.parametrize("seq", EVERY)
@pytest.mark.parametrize("name", TEXTS)
def test_an_edit_of_any_text_is_found(seq: int, name: str) -> None:
    text = getattr(TRAIL[seq - 1], name) or ""
    for other in (f"{text} ", f"{text[:-1]}\N{BULLET}", text.swapcase() + "x", ""):
        if other != text:
            forged = with_record(seq, partial(edited, name=name, text=other))
            # The checkpoint is not needed for it, and does not change which record is named.
            assert first_bad(forged) == first_bad(forged, NOTHING_KNOWN) == seq


@pytest.mark.parametrize("seq", EVERY)
def test_an_edit_of_a_number_is_found(seq: int) -> None:
    assert first_bad(with_record(seq, lambda record: replace(record, generation=1))) == seq
    assert first_bad(with_record(seq, lambda record: replace(record, seq=record.seq + 100))) == seq


@given(data=st.data())
def test_an_edit_of_a_single_character_of_a_detail_is_found(data: st.DataObject) -> None:
    seq = data.draw(st.sampled_from(EVERY))
    detail = TRAIL[seq - 1].detail
    at = data.draw(st.integers(0, len(detail) - 1))
    sign = data.draw(st.characters(exclude_characters=detail[at]))
    other = detail[:at] + sign + detail[at + 1 :]
    assert first_bad(with_record(seq, partial(edited, name="detail", text=other)), NOTHING_KNOWN) == seq


@pytest.mark.parametrize("kept", range(SIZE))
def test_a_tail_that_was_cut_off_is_found(kept: int) -> None:
    assert first_bad(TRAIL[:kept]) == kept + 1
    assert verified(TRAIL[:kept], NOTHING_KNOWN).whole, "without the checkpoint nobody can tell"


@pytest.mark.parametrize("cut", EVERY[:-1])
def test_a_head_that_was_cut_off_is_found(cut: int) -> None:
    assert first_bad(TRAIL[cut:]) == 1
    assert first_bad(renumbered(TRAIL[cut:])) == 1


@pytest.mark.parametrize("seq", EVERY)
def test_a_dropped_record_is_found(seq: int) -> None:
    left = [record for record in TRAIL if record.seq != seq]
    assert first_bad(left) == seq
    assert first_bad(renumbered(left)) == seq


@pytest.mark.parametrize("seq", EVERY)
def test_a_duplicated_record_is_found(seq: int) -> None:
    assert first_bad(renumbered([*TRAIL[:seq], TRAIL[seq - 1], *TRAIL[seq:]])) == seq + 1
    assert first_bad([*TRAIL, replace(TRAIL[seq - 1], seq=SIZE + 1)]) == SIZE + 1


@pytest.mark.parametrize("first", EVERY[:-1])
@pytest.mark.parametrize("second", EVERY[1:])
def test_swapped_records_are_found(first: int, second: int) -> None:
    swapped = list(TRAIL)
    swapped[first - 1], swapped[second - 1] = swapped[second - 1], swapped[first - 1]
    if first != second:
        assert first_bad(renumbered(swapped)) == min(first, second)


@pytest.mark.parametrize("seq", EVERY)
@pytest.mark.parametrize("key", [KEY, ANOTHER_KEY], ids=["our key", "another key"])
def test_a_splice_from_another_trail_is_found(seq: int, key: VaultKey) -> None:
    other = trail(SIZE, key, start=50)
    assert first_bad(with_record(seq, lambda record: other[record.seq - 1])) == seq
    assert first_bad([*TRAIL[: seq - 1], *other[seq - 1 :]]) == seq


@pytest.mark.parametrize("seq", EVERY)
def test_a_trail_chained_anew_without_the_key_is_found(seq: int) -> None:
    forged = with_record(seq, lambda record: replace(record, detail='{"number":"666"}'))
    behind = TRAIL[seq - 2].mac if seq > 1 else "00" * 32
    rechained = [*TRAIL[: seq - 1], *linked(forged[seq - 1 :], ANOTHER_KEY, behind)]
    assert first_bad(rechained, NOTHING_KNOWN) == seq


@pytest.mark.parametrize("seq", EVERY)
def test_a_trail_chained_anew_with_the_key_is_found_by_the_checkpoint(seq: int) -> None:
    forged = linked(with_record(seq, lambda record: replace(record, detail='{"number":"666"}')))
    assert first_bad(forged) == seq
    assert verified(forged, NOTHING_KNOWN).whole, "the chain alone cannot tell"


@pytest.mark.parametrize("seq", EVERY[:-1])
def test_a_record_dropped_with_the_key_at_hand_is_found(seq: int) -> None:
    left = linked(renumbered(record for record in TRAIL if record.seq != seq))
    assert first_bad(left) == seq


def test_a_restart_with_the_key_at_hand_is_unknown_to_the_checkpoint() -> None:
    restart = NamedEntry("x", entry(9, AuditKind.TRAIL_RESTARTED)).as_record(1, 1)
    assert first_bad(linked([restart])) == 1
    no_restart = [*TRAIL, *linked([NamedEntry("x", entry(9)).as_record(SIZE + 1, 1)], behind=TRAIL[-1].mac)]
    assert first_bad(no_restart, replace(KNOWN, generation=1)) == SIZE + 1


def test_a_lost_or_late_checkpoint_is_an_alarm_with_an_explanation() -> None:
    lost = verified(TRAIL, None)
    assert lost.first_bad is not None
    assert lost.first_bad.seq is None
    assert "audit.checkpoint is missing" in lost.first_bad.why
    late = replace(checkpoint_of(TRAIL[4:]), began=5)
    assert first_bad(TRAIL, late) == 5


@pytest.mark.parametrize("unknown", EVERY)
def test_records_that_a_crash_kept_from_the_checkpoint_are_no_alarm(unknown: int) -> None:
    assert verified(TRAIL, checkpoint_of(TRAIL[: SIZE - unknown])).whole
    marks = {place: mark for place, mark in KNOWN.marks.items() if place[1] != unknown}
    assert verified(TRAIL, replace(KNOWN, marks=marks)).whole


@pytest.mark.parametrize("saved", [0, 4, SIZE])
def test_a_restart_after_damage_is_told_and_no_alarm(saved: int) -> None:
    told = replace(entry(9, AuditKind.TRAIL_RESTARTED), detail={"setAside": "vega_trade.db.damaged-1"})
    rest = [NamedEntry("r", told).as_record(saved + 1, 1), NamedEntry("s", entry(10)).as_record(saved + 2, 1)]
    behind = TRAIL[saved - 1].mac if saved else "00" * 32
    rebuilt = [*TRAIL[:saved], *linked(rest, behind=behind)]
    known = replace(KNOWN, generation=1).with_marks(rebuilt[saved:])
    found = verified(rebuilt, known)
    assert found.whole
    (notice,) = found.notices
    assert "vega_trade.db.damaged-1" in notice
    assert (f"records {saved + 1} to {SIZE} of the trail before it could not be saved" in notice) == (
        saved < SIZE
    )
    assert first_bad(rebuilt[:-1], known) == saved + 2
    assert first_bad(TRAIL, known) == SIZE + 1, "the old database put back"


def test_of_a_long_trail_the_checkpoint_knows_enough() -> None:
    long = trail(1_000)
    known = CheckpointContents()
    for start in range(0, 1_000, 7):
        known = known.with_marks(long[start : start + 7])
    assert len(known.marks) < 300
    assert verified(long, known).whole
    for seq in (1, 500, 743, 990):
        forged = linked([replace(r, slot="X") if r.seq == seq else r for r in long])
        found = first_bad(forged, known)
        assert found is not None
        assert seq <= found < seq + 64


@pytest.mark.parametrize("kept", [0, 3, 6])
def test_a_cut_that_was_written_over_is_never_forgotten(kept: int) -> None:
    other = linked([*TRAIL[:kept], *renumbered([*TRAIL[:kept], *trail(600, start=50)])[kept:]])
    known = KNOWN
    for start in range(kept, len(other), 5):
        known = known.with_marks(other[start : start + 5])
    assert first_bad(other, known) == kept + 1


@pytest.mark.parametrize(("first", "last"), [(1, 2), (3, 3), (3, 5), (6, 6)])
@pytest.mark.parametrize("key", [KEY, ANOTHER_KEY], ids=["our key", "another key"])
def test_holes_are_excused_only_by_a_proven_restart(first: int, last: int, key: VaultKey) -> None:
    detail = {"setAside": "vega_trade.db.damaged-1", "missing": f"{first}-{last}"}
    restart = NamedEntry("r", replace(entry(9, AuditKind.TRAIL_RESTARTED), detail=detail)).as_record(
        SIZE + 1, 1
    )
    saved = [record for record in TRAIL if not first <= record.seq <= last]
    records = [*saved, *linked([restart], key, behind=TRAIL[-1].mac)]
    known = replace(KNOWN, generation=1)
    if key is ANOTHER_KEY:
        assert first_bad(records, known) == first
        return
    found = verified(records, known)
    assert found.whole
    assert f"Records {first} to {last} could not be saved" in found.notices[0]
    assert first_bad([record for record in records if record.seq != 7], known) == min(first, 7)
    assert first_bad(saved, known) == first
    assert f"so record {last + 1} is not proven by its mac" in found.notices[0]
    if last + 1 < SIZE:
        changed = [replace(record, slot="X") if record.seq == SIZE else record for record in records]
        assert first_bad(changed, known) == first, "with the restart nothing excuses the hole"
