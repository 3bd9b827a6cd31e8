"""The terminals that are open: so many at once, and none left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from vega_terminal.domain.errors import VegaError
from vega_terminal.ui.web.order import Size
from vega_terminal.ui.web.process import Launch, TerminalProcess

MOST: Final = 4
"""Terminals at once. A fifth page gains nothing, and each costs a process and its memory."""

Complain = Callable[[int, tuple[str, ...]], None]
"""Told the exit code and the last lines of a terminal that did not end in order."""


class NoTerminal(VegaError):
    """No terminal can be had; the sentence is for the page."""


class Terminals:
    """Starts and ends terminals.

    Args:
        launch: how.
        complain: where the last words of a broken terminal go.
    """

    def __init__(self, launch: Launch, complain: Complain) -> None:
        self._launch = launch
        self._complain = complain
        self._open: set[TerminalProcess] = set()
        self._starting = 0
        self._all_gone = asyncio.Event()
        self._all_gone.set()

    @property
    def count(self) -> int:
        """Terminals that are open, starting or closing."""
        return len(self._open) + self._starting

    @asynccontextmanager
    async def terminal(self, size: Size) -> AsyncIterator[TerminalProcess]:
        """A terminal for the block; when that is left the terminal is hung up on and gone.

        Raises:
            NoTerminal: there are enough already, or none can be started.
        """
        terminal = await self._start(size)
        try:
            yield terminal
        finally:
            # The page's handler may be cancelled; the terminal's end is waited for all the same.
            await asyncio.shield(asyncio.create_task(self._end(terminal)))

    def kill_all(self) -> None:
        """End all at once."""
        for terminal in self._open:
            terminal.kill()

    async def all_gone(self) -> None:
        """Wait until none is left."""
        await self._all_gone.wait()

    async def _start(self, size: Size) -> TerminalProcess:
        if self.count >= MOST:
            raise NoTerminal(
                f"{MOST} terminals are open or still closing. Close one of their pages, then start again."
            )
        self._starting += 1
        self._all_gone.clear()
        try:
            terminal = await TerminalProcess.start(self._launch, size)
            self._open.add(terminal)
        except OSError as error:
            raise NoTerminal(f"No terminal could be started: {error.strerror}.") from error
        finally:
            self._starting -= 1
            self._told()
        return terminal

    async def _end(self, terminal: TerminalProcess) -> None:
        try:
            code = await terminal.end()
            if code != 0:
                self._complain(code, terminal.last_words)
        finally:
            self._open.discard(terminal)
            self._told()

    def _told(self) -> None:
        if not self.count:
            self._all_gone.set()
