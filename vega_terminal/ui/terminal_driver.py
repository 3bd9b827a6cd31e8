"""Textual's driver for a terminal whose window may be closed."""

from __future__ import annotations

import contextlib
from typing import Any, TextIO, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver


class TerminalDriver(LinuxDriver):
    """Goes on when nobody reads any more; else the App would wait for a window that is gone, for ever."""

    def __init__(
        self,
        app: App[Any],
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._file = cast("Any", _Forgiving(cast("TextIO", self._file)))


class _Forgiving:
    """A terminal to write to; what cannot be written is forgotten, because there is nobody to tell."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal

    def write(self, text: str) -> int:
        """Write, if somebody is there."""
        with contextlib.suppress(OSError):
            self._terminal.write(text)
        return len(text)

    def flush(self) -> None:
        """Send it, if somebody is there."""
        with contextlib.suppress(OSError):
            self._terminal.flush()

    def fileno(self) -> int:
        """The number of the terminal's file."""
        return self._terminal.fileno()
