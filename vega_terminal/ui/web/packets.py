"""What server and terminal say to each other: a letter, a length of four bytes, and the payload.

The framing is that of Textual's driver for the web (`textual/drivers/web_driver.py`).
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

_GREETING: Final = b"__GANGLION__\n"
_MOST_BYTES: Final = 16 * 1024 * 1024
_MOST_LINES: Final = 10


class Kind(Enum):
    """What a packet holds."""

    DATA = b"D"
    """Bytes of a terminal: keys one way, text and control sequences the other way."""
    META = b"M"
    """A JSON object."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet."""

    kind: Kind
    payload: bytes

    def encoded(self) -> bytes:
        """The packet as it is sent."""
        return b"%s%s%s" % (self.kind.value, len(self.payload).to_bytes(4, "big"), self.payload)

    def meta(self) -> dict[str, Any]:
        """The object of a META packet; an empty one where there is none."""
        try:
            document = json.loads(self.payload) if self.kind is Kind.META else {}
        except ValueError:
            return {}
        return document if isinstance(document, dict) else {}


def meta_packet(**document: str | int) -> Packet:
    """A META packet."""
    return Packet(Kind.META, json.dumps(document).encode())


async def greeted(reader: asyncio.StreamReader) -> bool:
    """Wait for the driver's greeting; False when the process ended without one."""
    for _ in range(_MOST_LINES):
        line = await reader.readline()
        if not line or line == _GREETING:
            return bool(line)
    return False


async def next_packet(reader: asyncio.StreamReader) -> Packet | None:
    """The next packet that matters; None when there are no more. Every other kind is dropped unread."""
    try:
        while True:
            head = await reader.readexactly(5)
            size = int.from_bytes(head[1:], "big")
            if size > _MOST_BYTES:
                return None
            payload = await reader.readexactly(size)
            if head[:1] in {kind.value for kind in Kind}:
                return Packet(Kind(head[:1]), payload)
    except (asyncio.IncompleteReadError, ConnectionResetError):
        return None
