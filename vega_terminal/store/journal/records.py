"""What the journal's frames mean: which file it is, what is held or noted, and what is struck."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from typing import Final

from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import is_slot_name
from vega_terminal.domain.token import AccessToken
from vega_terminal.store.journal.frames import Frame, FrameKind, encode
from vega_terminal.store.journal.parts import join, split
from vega_terminal.store.journal.refusals import NOTES_ON
from vega_terminal.store.journal.sealing import Label, RecordSeal
from vega_terminal.store.tables.timestamps import from_text, to_text

_FILE_ID_BYTES: Final = 8
_SEQUENCE_BYTES: Final = 8
_TOPIC: Final = re.compile(r"[a-z][a-z_]{0,31}")


@late_dataclass
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


@late_dataclass
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

    @property
    def sequences(self) -> frozenset[int]:
        """What it can be struck by."""
        return frozenset({self.sequence})


@late_dataclass
class Notes:
    """Notes that were written at once: all of them are there, or none.

    Attributes:
        first: number of the first note; the others follow it.
        topic: of all of them.
        texts: the notes, in order.
        frame: the record as it is written, to be carried over as it is.
    """

    first: int
    topic: str
    texts: tuple[str, ...] = field(repr=False)
    frame: bytes = field(repr=False)

    @property
    def sequences(self) -> frozenset[int]:
        """What they can be struck by, each by its own."""
        return frozenset(range(self.first, self.first + len(self.texts)))


@late_dataclass
class Strike:
    """What need not be kept any more.

    Attributes:
        sequences: of holds and notes.
        frame: the record as it is written.
    """

    sequences: frozenset[int]
    frame: bytes = field(repr=False)


Record = Hold | Notes | Strike


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


def notes_frame(seal: RecordSeal, first: int, topic: str, texts: Sequence[str]) -> bytes:
    """The one record of all these notes, as it is written.

    Raises:
        ValueError: `topic` is none: small letters and underscores, 1 to 32 long.
    """
    if not _TOPIC.fullmatch(topic):
        raise ValueError(f"{topic!r} is no topic.")
    return seal.seal(FrameKind.NOTES, Label(first, subject=topic), json.dumps(list(texts)).encode())


def strike_frame(seal: RecordSeal, sequences: Iterable[int]) -> bytes:
    """The one record that strikes all of `sequences`, as it is written."""
    content = b"".join(sequence.to_bytes(_SEQUENCE_BYTES, "big") for sequence in sequences)
    return seal.seal(FrameKind.STRIKE, Label(), content)


def read_record(seal: RecordSeal, frame: Frame) -> Record | None:
    """The record in `frame`; None when it does not open, or is no record of this format."""
    opened = seal.open(frame)
    if opened is None:
        return None
    label, content = opened
    match frame.kind:
        case FrameKind.HOLD:
            return Hold(label.sequence, _token(label, content), frame.whole)
        case FrameKind.NOTES:
            return Notes(label.sequence, label.subject, tuple(json.loads(content)), frame.whole)
        case FrameKind.STRIKE:
            return Strike(frozenset(_sequences(content)), frame.whole)
    return None


def owner_as_far_as_readable(body: bytes) -> str | None:
    """What a damaged record seems to be about; a hint for people, never more."""
    try:
        name = next(split(body), b"").decode()
    except ValueError:
        return None
    if is_slot_name(name):
        return f"the token of {name}"
    return f"{NOTES_ON}{name}" if _TOPIC.fullmatch(name) else None


def _sequences(content: bytes) -> Iterator[int]:
    for start in range(0, len(content), _SEQUENCE_BYTES):
        yield int.from_bytes(content[start : start + _SEQUENCE_BYTES], "big")


def _token(label: Label, content: bytes) -> AccessToken:
    value, user_id, issued_at, expires_at = json.loads(content)
    return AccessToken(
        slot=label.subject,
        client_id=label.client_id,
        value=Secret(value),
        user_id=user_id,
        issued_at=from_text(issued_at),
        expires_at=from_text(expires_at),
        epoch=label.epoch,
    )
