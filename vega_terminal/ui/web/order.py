"""What the server tells a terminal that it starts: one line on its stdin, before the first key."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WIDEST: Final = 500
TALLEST: Final = 300
_USUAL: Final = (80, 24)
_LONGEST_LINE: Final = 8192


@dataclass(frozen=True, slots=True)
class Size:
    """Size of a terminal in cells, whatever a page claims."""

    width: int
    height: int

    @classmethod
    def of(cls, width: object, height: object) -> Size:
        """A size from outside, brought into bounds; 80x24 for what is no number."""
        try:
            return cls(min(max(_whole(width), 1), WIDEST), min(max(_whole(height), 1), TALLEST))
        except ValueError:
            return cls(*_USUAL)


def _whole(number: object) -> int:
    if isinstance(number, (int, str)):
        return int(number)
    raise ValueError(number)


@dataclass(frozen=True, slots=True)
class StartOrder:
    """How a terminal is to start.

    Attributes:
        size: of the page.
        env_file: read instead of `./.env`; None for that.
    """

    size: Size
    env_file: Path | None = None

    def line(self) -> bytes:
        """The order as one line."""
        env_file = None if self.env_file is None else str(self.env_file)
        document = {"width": self.size.width, "height": self.size.height, "envFile": env_file}
        return json.dumps(document).encode() + b"\n"


def read_order(descriptor: int) -> StartOrder | None:
    """Read the order and not one byte more: what follows is for the terminal. None when it is no order."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = os.read(descriptor, 1)
        if not byte or len(line) >= _LONGEST_LINE:
            return None
        line += byte
    try:
        document = json.loads(line)
        env_file = document["envFile"]
        size = Size.of(document["width"], document["height"])
        return StartOrder(size, None if env_file is None else Path(env_file))
    except (ValueError, KeyError, TypeError):
        return None
