"""The chain of the audit trail: each record's mac proves it, its place, and everything before it."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vega_terminal.engine.ports.audit import AuditRecord
from vega_terminal.store.vault.key import KEY_BYTES, VaultKey

_PURPOSE: Final = b"vega-terminal audit trail 1"
_NUMBER_BYTES: Final = 8
BEFORE_THE_FIRST: Final = "00" * hashlib.sha256().digest_size
"""What stands for the mac before the first record, in hex."""


def derived_key(key: VaultKey, purpose: bytes) -> bytes:
    """A key of 32 bytes for one purpose; neither leads to the other nor back to the vault's (RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key.reveal())


def canonical(document: object) -> str:
    """The one JSON text of a document: sorted keys, no blanks, ASCII."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _as_bytes(mac: str) -> bytes:
    """A mac that somebody damaged stands for its text: what follows it must be writable all the same."""
    try:
        return bytes.fromhex(mac)
    except ValueError:
        return mac.encode()


class AuditChain:
    """Computes macs: HMAC-SHA256 over previous mac, seq, length and canonical JSON of the record."""

    def __init__(self, key: VaultKey) -> None:
        self._key = derived_key(key, _PURPOSE)

    def mac(self, previous: str, record: AuditRecord) -> str:
        """The mac, in hex, of `record` behind the record with the mac `previous`; its own is left out."""
        facts = asdict(record)
        del facts["mac"]
        payload = canonical(facts).encode()
        numbers = (number.to_bytes(_NUMBER_BYTES, "big") for number in (record.seq, len(payload)))
        message = b"".join((_as_bytes(previous), *numbers, payload))
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()

    def fits(self, previous: str, record: AuditRecord) -> bool:
        """Whether the record carries the mac that it must have behind `previous`."""
        return hmac.compare_digest(self.mac(previous, record).encode(), record.mac.encode())
