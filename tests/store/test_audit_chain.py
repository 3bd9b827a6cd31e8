"""The format of the chain, fixed by an independent computation and by golden values."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.engine.ports.audit import AuditEntry, AuditKind, AuditRecord
from vega_terminal.store.audit.chain import BEFORE_THE_FIRST, AuditChain, derived_key
from vega_terminal.store.audit.rows import NamedEntry

from .audit_trails import KEY, entry, linked, trail
from .support import NOW

GOLDEN = (
    "28fe8f9edd8d97fb60fc989ea27e830aeaa8eb60538a2cef872c45e03af06a27",
    "1582aabd559fac6dd27c31ac4c31eb0b64b95e37c8a51b686ff7d5f49ac6e655",
    "5e1b0547ea79557fa42bc219b2794afd100e2afbbc9fb86192530dcd92ed9c62",
)


def hkdf(key: bytes, info: bytes) -> bytes:
    """RFC 5869 with SHA-256, no salt, one block."""
    extracted = hmac.new(bytes(32), key, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def test_the_macs_of_a_small_trail_never_change() -> None:
    assert tuple(record.mac for record in trail(3)) == GOLDEN


def test_a_mac_is_what_the_documentation_says() -> None:
    first, second = trail(2)
    facts = {
        "seq": 2, "entry_id": "id-1-2", "generation": 0, "at": "2026-10-06T04:00:02.000000+00:00",
        "kind": second.kind, "actor": "trader via cli", "execution_id": "run-0", "slot": None,
        "detail": '{"number":"2","words":"\\u00dcn\\u00efcode \\u2713"}',
    }  # fmt: skip
    payload = json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()
    message = bytes.fromhex(first.mac) + struct.pack(">QQ", 2, len(payload)) + payload
    key = hkdf(KEY.reveal(), b"vega-terminal audit trail 1")
    assert second.mac == hmac.new(key, message, hashlib.sha256).hexdigest()
    assert first.mac == AuditChain(KEY).mac("00" * 32, first)


def test_every_purpose_has_a_key_of_its_own() -> None:
    purposes = (b"vega-terminal audit trail 1", b"vega-terminal audit checkpoint 1")
    keys = {derived_key(KEY, purpose) for purpose in purposes} | {KEY.reveal()}
    assert len(keys) == 3


TEXTS = st.text(max_size=20)


@given(actor=TEXTS, slot=st.none() | TEXTS, detail=st.dictionaries(TEXTS, TEXTS, max_size=3))
def test_a_noted_entry_comes_back_as_the_record_that_it_would_have_been(
    actor: str, slot: str | None, detail: dict[str, str]
) -> None:
    named = NamedEntry.new(AuditEntry(NOW, AuditKind.GATE, actor, None, slot, detail))
    assert NamedEntry.from_note(named.as_note()).as_record(1, 0) == named.as_record(1, 0)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"entry_id":"x","at":"yesterday"}', "null"])
def test_a_note_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        NamedEntry.from_note(text)


def test_two_entries_alike_are_two_entries() -> None:
    assert NamedEntry.new(entry(1)).entry_id != NamedEntry.new(entry(1)).entry_id


def test_neither_order_nor_place_can_be_exchanged() -> None:
    first, second = trail(2)
    assert AuditChain(KEY).fits(BEFORE_THE_FIRST, first)
    assert not AuditChain(KEY).fits(BEFORE_THE_FIRST, second)
    moved: list[AuditRecord] = linked([second, first])
    assert {record.mac for record in moved}.isdisjoint({first.mac, second.mac})
