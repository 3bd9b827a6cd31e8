"""A real terminal of 120x36 behind a pseudo-terminal, and what stands on its screen."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pexpect
import pyte

COLUMNS, ROWS = 120, 36
DEADLINE_SECONDS = 60.0


class TerminalScreen:
    """A program in a terminal: type keys, wait for words."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._child = pexpect.spawn(
            command[0],
            list(command[1:]),
            env={**environment, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
            cwd=str(folder),
            dimensions=(ROWS, COLUMNS),
            timeout=DEADLINE_SECONDS,
        )

    @property
    def text(self) -> str:
        """What can be read on the screen."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def press(self, *keys: str) -> None:
        """Type keys as they come from a keyboard."""
        for key in keys:
            self._child.send(key)

    def wait_for(self, words: str, seconds: float = DEADLINE_SECONDS) -> str:
        """Wait until the words stand on the screen, and return it."""
        deadline = time.monotonic() + seconds
        while words not in self.text:
            if time.monotonic() > deadline or not self._feed():
                raise AssertionError(f"{words!r} did not come. The screen:\n{self.text}")
        return self.text

    def wait_for_end(self, seconds: float = DEADLINE_SECONDS) -> int:
        """Wait until the program has ended, and return its exit code."""
        deadline = time.monotonic() + seconds
        while self._feed():
            if time.monotonic() > deadline:
                raise AssertionError(f"The program did not end. The screen:\n{self.text}")
        self._child.wait()
        return int(self._child.exitstatus if self._child.exitstatus is not None else -1)

    def close(self) -> None:
        """End the program whatever it does."""
        self._child.close(force=True)

    def _feed(self) -> bool:
        """Take in what the program wrote; False when it has ended."""
        try:
            self._stream.feed(self._child.read_nonblocking(65536, timeout=1))
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        return True
