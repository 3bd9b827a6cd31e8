"""What the journal's frames mean: which file it is, a token that is held, tokens that are struck."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import is_slot_name
from vega_terminal.domain.token import AccessToken
from vega_terminal.store.journal.frames import Frame, FrameKind, encode
from vega_terminal.store.journal.parts import join, split
from vega_terminal.store.journal.sealing import Label, RecordSeal
from vega_terminal.store.timestamps import from_text, to_text

_FILE_ID_BYTES: Final = 8
_SEQUENCE_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Header:
    """The first frame of a file.

    Attributes:
        key_id: of the key that everything in the file is sealed with.
        file_id: random; tells this file from the one that was here before.
    """

    key_id: str
    file_id: str

    @classmethod
    def fresh(cls, key_id: str) -> Header:
        """The header of a new file."""
        return cls(key_id, secrets.token_hex(_FILE_ID_BYTES))

    def frame(self) -> bytes:
        """The header as it is written."""
        return encode(FrameKind.HEADER, join((self.key_id.encode(), self.file_id.encode())))


@dataclass(frozen=True, slots=True)
class Hold:
    """A token in the journal.

    Attributes:
        sequence: number of the record.
        token: what is held.
        frame: the record as it is written, to be carried over as it is.
    """

    sequence: int
    token: AccessToken
    frame: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Strike:
    """Tokens that need not be held any more."""

    sequences: frozenset[int]


def read_header(frame: Frame) -> Header | None:
    """The header in `frame`; None when it is something else."""
    if frame.start != 0 or frame.kind != FrameKind.HEADER:
        return None
    try:
        key_id, file_id = split(frame.body)
        return Header(key_id.decode(), file_id.decode())
    except ValueError:
        return None


def hold_frame(seal: RecordSeal, sequence: int, token: AccessToken) -> bytes:
    """The record that holds `token`, as it is written."""
    label = Label(sequence, token.epoch, token.slot, token.client_id)
    times = (to_text(token.issued_at), to_text(token.expires_at))
    content = json.dumps([token.value.reveal(), token.user_id, *times]).encode()
    return seal.seal(FrameKind.HOLD, label, content)


def strike_frame(seal: RecordSeal, sequences: Iterable[int]) -> bytes:
    """The one record that strikes all of `sequences`, as it is written."""
    content = b"".join(sequence.to_bytes(_SEQUENCE_BYTES, "big") for sequence in sequences)
    return seal.seal(FrameKind.STRIKE, Label(), content)


def read_record(seal: RecordSeal, frame: Frame) -> Hold | Strike | None:
    """The record in `frame`; None when it does not open, or is no record of this format."""
    opened = seal.open(frame)
    if opened is None:
        return None
    label, content = opened
    if frame.kind == FrameKind.STRIKE:
        return Strike(frozenset(_sequences(content)))
    return Hold(label.sequence, _token(label, content), frame.whole)


def slot_as_far_as_readable(body: bytes) -> str | None:
    """The slot that a damaged record seems to belong to; a hint for people, never more."""
    try:
        name = next(split(body), b"").decode()
    except ValueError:
        return None
    return name if is_slot_name(name) else None


def _sequences(content: bytes) -> Iterator[int]:
    for start in range(0, len(content), _SEQUENCE_BYTES):
        yield int.from_bytes(content[start : start + _SEQUENCE_BYTES], "big")


def _token(label: Label, content: bytes) -> AccessToken:
    value, user_id, issued_at, expires_at = json.loads(content)
    return AccessToken(
        slot=label.slot,
        client_id=label.client_id,
        value=Secret(value),
        user_id=user_id,
        issued_at=from_text(issued_at),
        expires_at=from_text(expires_at),
        epoch=label.epoch,
    )
