"""A program in a pseudo-terminal of 120 x 36, timed until its screen is complete."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import pexpect
import pyte

from benchmarks.machine import ROOT

ROWS: Final = 36
COLUMNS: Final = 120
CTRL_Q: Final = "\x11"
START_SECONDS: Final = 30.0
END_SECONDS: Final = 15.0


@dataclass(frozen=True, slots=True)
class Program:
    """What to start, and how its first complete frame is recognised.

    Attributes:
        arguments: of the Python interpreter.
        last_words: text that the frame ends with; looked for in what is written, which costs nothing.
        is_complete: judges the 36 lines of the screen, once the last words are there.
    """

    arguments: Sequence[str]
    last_words: bytes
    is_complete: Callable[[Sequence[str]], bool]


def first_frame(program: Program, environment: Mapping[str, str]) -> float:
    """Milliseconds from the spawn to the first complete frame; the program has ended afterwards."""
    began = time.perf_counter()
    child = pexpect.spawn(
        sys.executable,
        list(program.arguments),
        env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        dimensions=(ROWS, COLUMNS),
        cwd=str(ROOT),
    )
    try:
        return (_complete(child.child_fd, program) - began) * 1000
    finally:
        _end(child)


def _complete(descriptor: int, program: Program) -> float:
    written = b""
    give_up = time.monotonic() + START_SECONDS
    with suppress(OSError):  # raised by a read when the program has ended
        while time.monotonic() < give_up:
            written += _read(descriptor)
            arrived = time.perf_counter()
            if program.last_words in written and program.is_complete(_screen(written)):
                return arrived
    raise RuntimeError("No complete frame came. The screen was:\n" + "\n".join(_screen(written)))


def _read(descriptor: int) -> bytes:
    ready, _, _ = select.select([descriptor], [], [], 1.0)
    return os.read(descriptor, 65536) if ready else b""


def _screen(written: bytes) -> list[str]:
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.ByteStream(screen).feed(written)
    return list(screen.display)


def _end(child: pexpect.spawn[str]) -> None:
    """Leave as an operator does, so that whatever the program started has ended, too."""
    child.send(CTRL_Q)
    try:
        child.expect(pexpect.EOF, timeout=END_SECONDS)
    finally:
        child.close(force=True)
