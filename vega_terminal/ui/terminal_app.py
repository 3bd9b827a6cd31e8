"""The terminal on a terminal of its own."""

from __future__ import annotations

import asyncio
import signal
from typing import Final

from textual.driver import Driver

from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.terminal_driver import TerminalDriver

_ENDINGS: Final = (signal.SIGTERM, signal.SIGHUP)
"""Somebody ends the process; the window was closed."""


class TerminalApp(VegaApp):
    """The App, ended in order by signals, too: the run closed, the browser gone, the terminal as it was."""

    def get_driver_class(self) -> type[Driver]:
        """Always a terminal, and one that can be lost."""
        return TerminalDriver

    def on_mount(self) -> None:
        """From here on there is a screen that has to be put back."""
        for ending in _ENDINGS:
            asyncio.get_running_loop().add_signal_handler(ending, self._told_to_end)

    def _told_to_end(self) -> None:
        """Whoever sends a signal waits for no answer; a second signal ends at once."""
        self.call_later(self.exit if self._leaving.begun else self.end)
