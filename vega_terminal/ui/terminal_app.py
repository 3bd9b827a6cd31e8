"""The terminal on a terminal of its own."""

from __future__ import annotations

import asyncio
import signal

from vega_terminal.ui.app import VegaApp


class TerminalApp(VegaApp):
    """The App, ended in order by SIGTERM too: the run closed, the browser gone, the terminal as it was."""

    def on_mount(self) -> None:
        """From here on there is a screen that has to be put back."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._told_to_end)

    def _told_to_end(self) -> None:
        """Whoever sends a signal waits for no answer; a second signal ends at once."""
        self.call_later(self.exit if self._leaving.begun else self.end)
