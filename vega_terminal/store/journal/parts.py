"""Several byte strings as one that reads in one way only: each carries its length in front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

_LENGTH_BYTES: Final = 4


def join(parts: Iterable[bytes]) -> bytes:
    """Put `parts` behind one another; no two different sequences give the same bytes."""
    return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)


def split(joined: bytes) -> Iterator[bytes]:
    """Yield what `join` put together, part after part.

    Raises:
        ValueError: a part is cut short; the parts before it were yielded.
    """
    offset = 0
    while offset < len(joined):
        start = offset + _LENGTH_BYTES
        offset = start + int.from_bytes(joined[offset:start], "big")
        if offset > len(joined):
            raise ValueError("A part is cut short.")
        yield joined[start:offset]
