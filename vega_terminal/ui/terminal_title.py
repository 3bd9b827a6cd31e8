"""The title of the terminal's window: it calls an operator who looks elsewhere."""

from __future__ import annotations

from typing import Any

from textual.app import App

_PUSH = "\x1b[22;2t"
_POP = "\x1b[23;2t"


class TerminalTitle:
    """Keeps the title that was there before and brings it back."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app

    def remember(self) -> None:
        """Put the present title aside."""
        self._write(_PUSH)

    def show(self, text: str) -> None:
        """Show `text`, which must not come from outside."""
        self._write(f"\x1b]2;{text}\x07")

    def restore(self) -> None:
        """Bring the first title back."""
        self._write(_POP)

    def _write(self, sequence: str) -> None:
        """Send a sequence in step with the frames; nothing happens without a terminal."""
        driver = self._app._driver  # noqa: SLF001 - Textual offers no public way to the terminal's title
        if driver is not None and not driver.is_headless:
            driver.write(sequence)
            driver.flush()
