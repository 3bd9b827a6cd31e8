"""Colour on a terminal, beside words and glyphs that say the same; none in pipes, files and with NO_COLOR."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import Final, TextIO


class Tone(StrEnum):
    """What a colour says. The value is the terminal's own code, so that its theme decides on the shade."""

    LABEL = "33"
    GOOD = "32"
    WAIT = "93"
    BAD = "31"


_TONED: Final = "\x1b[{}m{}\x1b[0m"


def toned(text: str, tone: Tone | None) -> str:
    """The text for stdout, in colour where it is seen; None stands for the terminal's own."""
    return _TONED.format(tone.value, text) if tone is not None and shows_colour(sys.stdout) else text


def shows_colour(stream: TextIO | None) -> bool:
    """Whether colour is wanted there: a terminal that can, and no NO_COLOR (no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and is_screen(stream)


def is_screen(stream: TextIO | None) -> bool:
    """Whether somebody may be looking: the stream is there, and a terminal."""
    return stream is not None and not stream.closed and stream.isatty()
