"""A program in a pseudo-terminal whose every byte is kept with the moment at which it came."""

from __future__ import annotations

import os
import select
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Final

import pexpect
import pyte

from benchmarks.machine import ROOT
from benchmarks.pseudo_terminal import COLUMNS, CTRL_Q, END_SECONDS, ROWS

WAIT_SECONDS: Final = 60.0
Chunk = tuple[float, bytes]


class WatchedProgram:
    """A running program; a thread takes what it writes, at once and without looking at it."""

    def __init__(self, child: pexpect.spawn[str], size: tuple[int, int]) -> None:
        self._child = child
        self._size = size
        self._chunks: list[Chunk] = []
        self._seen = 0
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        if self._child.pid is None:
            raise RuntimeError("The program was not started.")
        return self._child.pid

    @property
    def written(self) -> int:
        """Bytes that came."""
        return sum(len(chunk) for _, chunk in self._chunks)

    def tail(self, start: int) -> bytes:
        """What came after so many bytes."""
        return b"".join(chunk for _, chunk in self._chunks)[start:]

    @property
    def screen(self) -> pyte.Screen:
        """What stands on the terminal now."""
        while self.take_in() is not None:
            pass
        return self._screen

    def take_in(self) -> float | None:
        """Draw the next piece of what came; returns when it came, None when there is no more."""
        if self._seen == len(self._chunks):
            return None
        at, chunk = self._chunks[self._seen]
        self._stream.feed(chunk)
        self._seen += 1
        return at

    @property
    def drawn(self) -> pyte.Screen:
        """What stands on the terminal as far as it was taken in."""
        return self._screen

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def press(self, keys: str) -> float:
        """Type; returns the moment just before."""
        moment = time.perf_counter()
        os.write(self._child.child_fd, keys.encode())
        return moment

    def wait_for(self, words: str) -> None:
        """Until the words stand on the screen.

        Raises:
            RuntimeError: they did not come.
        """
        self.wait_until(lambda: words in self.text, words)

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Look until it holds.

        Raises:
            RuntimeError: it never did.
        """
        give_up = time.monotonic() + WAIT_SECONDS
        while not holds():
            if time.monotonic() > give_up or not self._reader.is_alive():
                raise RuntimeError(f"It never came: {what}. The screen was:\n{self.text}")
            time.sleep(0.02)

    def end(self) -> None:
        """Leave as an operator does, whatever is asked; insist after a while."""
        give_up = time.monotonic() + END_SECONDS
        with suppress(OSError):
            while self._reader.is_alive() and time.monotonic() < give_up:
                self.press(CTRL_Q)
                self._reader.join(1.0)
                if "LEAVE?" in self.text:
                    self.press("y")
        self._child.close(force=True)
        self._reader.join(5.0)

    def _read(self) -> None:
        with suppress(OSError, ValueError):  # the program has ended
            while True:
                ready, _, _ = select.select([self._child.child_fd], [], [], 1.0)
                if ready:
                    chunk = os.read(self._child.child_fd, 65536)
                    self._chunks.append((time.perf_counter(), chunk))


@contextmanager
def watched(
    arguments: Sequence[str], environment: Mapping[str, str], size: tuple[int, int] = (COLUMNS, ROWS)
) -> Iterator[WatchedProgram]:
    """Run a Python program in a terminal of columns x rows for the block."""
    child = pexpect.spawn(
        sys.executable,
        list(arguments),
        env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        dimensions=(size[1], size[0]),
        cwd=str(ROOT),
    )
    program = WatchedProgram(child, size)
    try:
        yield program
    finally:
        program.end()
