"""How the journal's bytes are cut into frames, each with a checksum of its own.

A frame is marker (4 bytes), format (1), kind (1), length of the body (4, big-endian), body, checksum (16).
This envelope is the same in every format there will ever be: it tells another version's file from a
damaged one. The checksum finds accidents; forgeries are the business of the seal inside the body.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator
from dataclasses import field
from enum import IntEnum
from typing import Final

from vega_terminal.domain.late_dataclass import late_dataclass

FORMAT: Final = 1
MARKER: Final = b"\x8bVGJ"
"""No text in UTF-8 holds these bytes."""

_ENVELOPE: Final = struct.Struct(">4sBBI")
_CHECKSUM_BYTES: Final = 16


class FrameKind(IntEnum):
    """What a frame of this format holds; the numbers are in the files."""

    HEADER = 1
    HOLD = 2
    STRIKE = 3
    NOTES = 4


@late_dataclass
class Frame:
    """A stretch of bytes whose checksum is right.

    Attributes:
        start, end: where it lies in the file; `end` is the first byte behind it.
        format: version of the format that wrote it.
        kind: a `FrameKind`, if the format is ours.
        body: what it holds.
        whole: all of it, as it must be written to carry it over.
    """

    start: int
    end: int
    format: int
    kind: int
    body: bytes = field(repr=False)
    whole: bytes = field(repr=False)


@late_dataclass
class Gap:
    """A stretch of bytes that cannot be read; `end` is the first byte behind it."""

    start: int
    end: int


def encode(kind: FrameKind, body: bytes) -> bytes:
    """The frame around `body`, in the present format."""
    content = _ENVELOPE.pack(MARKER, FORMAT, kind, len(body)) + body
    return content + _checksum(content)


def scan(data: bytes) -> Iterator[Frame | Gap]:
    """Yield everything that `data` consists of, in order; after damage it goes on at the next good frame."""
    offset = 0
    while offset < len(data):
        found = _next_frame(data, offset)
        if found is None or found.start > offset:
            yield Gap(offset, len(data) if found is None else found.start)
        if found is None:
            return
        yield found
        offset = found.end


def body_as_far_as_readable(data: bytes, gap: Gap) -> bytes:
    """The bytes where the body of a damaged frame at the beginning of `gap` would be; they prove nothing."""
    return data[gap.start + _ENVELOPE.size : gap.end]


def resembles(data: bytes, frame: bytes) -> bool:
    """Whether `data` begins much like the envelope of `frame`: at least half of the bytes are the same."""
    expected = frame[: _ENVELOPE.size]
    same = sum(one == other for one, other in zip(data, expected, strict=False))
    return 2 * same >= min(len(data), len(expected))


def _next_frame(data: bytes, offset: int) -> Frame | None:
    position = data.find(MARKER, offset)
    while position >= 0:
        frame = _frame_at(data, position)
        if frame is not None:
            return frame
        position = data.find(MARKER, position + 1)
    return None


def _frame_at(data: bytes, start: int) -> Frame | None:
    if start + _ENVELOPE.size > len(data):
        return None
    _, version, kind, length = _ENVELOPE.unpack_from(data, start)
    body_start = start + _ENVELOPE.size
    body_end = body_start + length
    end = body_end + _CHECKSUM_BYTES
    if end > len(data) or not hmac.compare_digest(_checksum(data[start:body_end]), data[body_end:end]):
        return None
    return Frame(start, end, version, kind, data[body_start:body_end], data[start:end])


def _checksum(content: bytes) -> bytes:
    return hashlib.blake2s(content, digest_size=_CHECKSUM_BYTES).digest()
