"""A real terminal behind a pseudo-terminal: what stands on its screen, and what was sent to it."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pexpect
import pyte

COLUMNS, ROWS = 120, 36
DEADLINE_SECONDS = 60.0

_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_TITLE = re.compile(rb"\x1b\]2;([^\x07]*)\x07")
_COMMAND = re.compile(rb"\x1b\][^\x07]*\x07")
_ON_AT_FIRST = frozenset({b"7", b"25"})
"""Line wrap and cursor; everything else has to be switched on."""


class TerminalScreen:
    """A program in a terminal: type keys, wait for words."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._sent = bytearray()
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

    @property
    def title(self) -> str:
        """The title that the window has by now; empty before it was given one."""
        titles = _TITLE.findall(self._sent)
        return titles[-1].decode() if titles else ""

    @property
    def bells(self) -> int:
        """How often it rang; what only ends a command to the terminal is no bell."""
        return _COMMAND.sub(b"", self._sent).count(b"\x07")

    @property
    def is_as_before(self) -> bool:
        """Whether modes, title, keyboard and echo are what they were before the program."""
        modes: dict[bytes, bool] = {}
        for numbers, switch in _MODE.findall(self._sent):
            modes.update(dict.fromkeys(numbers.split(b";"), switch == b"h"))
        changed = {mode for mode, is_on in modes.items() if is_on != (mode in _ON_AT_FIRST)}
        title = self._sent.count(b"\x1b[22;2t") == self._sent.count(b"\x1b[23;2t")
        keyboard = self._sent.count(b"\x1b[>") == self._sent.count(b"\x1b[<u")
        return not changed and title and keyboard and self._child.getecho()

    def press(self, *keys: str) -> None:
        """Type keys as they come from a keyboard."""
        for key in keys:
            self._child.send(key)

    def resize(self, columns: int, rows: int) -> None:
        """Make the window larger or smaller."""
        self._screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)

    def send_signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        self._child.kill(number)

    def wait_for(self, *words: str, seconds: float = DEADLINE_SECONDS) -> str:
        """Wait until all of the words stand on the screen, and return it."""
        return self.wait_until(
            lambda text: all(word in text for word in words), f"{words} did not come.", seconds
        )

    def wait_for_title(self, title: str) -> None:
        """Wait until the window has this title."""
        self.wait_until(lambda _text: self.title == title, f"The title {title!r} did not come.")

    def wait_until_gone(self, words: str) -> str:
        """Wait until the words stand on the screen no more, and return it."""
        return self.wait_until(lambda text: words not in text, f"{words!r} did not go.")

    def wait_until(
        self, holds: Callable[[str], bool], complaint: str, seconds: float = DEADLINE_SECONDS
    ) -> str:
        """Wait until something holds for the text on the screen, and return that."""
        deadline = time.monotonic() + seconds
        while not holds(self.text):
            if time.monotonic() > deadline or not self._feed():
                raise AssertionError(f"{complaint} The screen:\n{self.text}")
        return self.text

    def wait_for_end(self, seconds: float = DEADLINE_SECONDS) -> int:
        """Wait until the program has ended, and return its exit code; -1 after a signal."""
        deadline = time.monotonic() + seconds
        while self._feed():
            if time.monotonic() > deadline:
                raise AssertionError(f"The program did not end. The screen:\n{self.text}")
        self._child.wait()
        return int(self._child.exitstatus if self._child.exitstatus is not None else -1)

    def close_window(self) -> None:
        """Take the terminal away from the program, as whoever closes its window does."""
        cast("Any", self._child).ptyproc.fileobj.close()

    def close(self) -> None:
        """End the program whatever it does."""
        self._child.close(force=True)

    def _feed(self) -> bool:
        """Take in what the program wrote; False when it has ended."""
        try:
            written = cast("bytes", self._child.read_nonblocking(65536, timeout=1))
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self._sent += written
        self._stream.feed(written)
        return True
