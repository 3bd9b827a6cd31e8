"""Seals the journal's records with AES-256-GCM, each for its own place."""

from __future__ import annotations

import os
import struct
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.store.journal.frames import FORMAT, Frame, FrameKind, encode
from vega_terminal.store.journal.parts import join, split
from vega_terminal.store.vault.key import VaultKey

_PRODUCT: Final = "vega-terminal"
_PURPOSE: Final = "pending.journal"
_NONCE_BYTES: Final = 12
_NUMBERS: Final = struct.Struct(">Qq")


@late_dataclass
class Label:
    """What stands in clear on a record and is bound to what is sealed in it.

    Attributes:
        sequence: number of the record; 0 for one that nobody refers to.
        epoch: of the token's login.
        subject: the slot of a token, or the topic of notes.
        client_id: whose token it is.
    """

    sequence: int = 0
    epoch: int = 0
    subject: str = ""
    client_id: str = ""

    def parts(self) -> tuple[bytes, bytes, bytes]:
        """The label as it is written; the subject comes first."""
        return (_encoded(self.subject), _encoded(self.client_id), _NUMBERS.pack(self.sequence, self.epoch))

    @classmethod
    def from_parts(cls, subject: bytes, client_id: bytes, numbers: bytes) -> Label:
        """Read what `parts` made.

        Raises:
            ValueError: it is no label.
        """
        if len(numbers) != _NUMBERS.size:
            raise ValueError("Not the numbers of a label.")
        sequence, epoch = _NUMBERS.unpack(numbers)
        return cls(sequence, epoch, _decoded(subject), _decoded(client_id))


class RecordSeal:
    """Seals and opens records with the key of the vault.

    What a record is bound to: product, purpose, format, key, kind, and its whole label. The key itself is
    the vault's; the purpose keeps a sealed record from ever passing for a sealed value of the database.

    Attributes:
        key_id: tells the key without giving it away.
    """

    def __init__(self, key: VaultKey) -> None:
        self.key_id = key.record.key_id
        self._cipher = AESGCM(key.reveal())

    def seal(self, kind: FrameKind, label: Label, content: bytes) -> bytes:
        """The frame of a record; never twice the same bytes."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._cipher.encrypt(nonce, content, self._bound_to(kind, label))
        return encode(kind, join((*label.parts(), sealed)))

    def open(self, frame: Frame) -> tuple[Label, bytes] | None:
        """Label and content of a record; None when it was not sealed like this with this key."""
        try:
            subject, client_id, numbers, sealed = split(frame.body)
            label = Label.from_parts(subject, client_id, numbers)
            bound_to = self._bound_to(frame.kind, label)
            return label, self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to)
        except (ValueError, InvalidTag):
            return None

    def _bound_to(self, kind: int, label: Label) -> bytes:
        purpose = (_PRODUCT, _PURPOSE, str(FORMAT), self.key_id, str(int(kind)))
        return join((*map(_encoded, purpose), *label.parts()))


def _encoded(text: str) -> bytes:
    """The text's bytes, also where the environment held some that are no text (lone surrogates)."""
    return text.encode(errors="surrogatepass")


def _decoded(part: bytes) -> str:
    return part.decode(errors="surrogatepass")
