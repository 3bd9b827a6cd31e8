"""Short messages in the corner of the screen."""

from __future__ import annotations

from typing import Protocol

from textual.notifications import SeverityLevel

from vega_terminal.ui.safe_text import safe_text


class Notifying(Protocol):
    """The App, or a screen of it."""

    def notify(self, message: str, *, title: str, severity: SeverityLevel, markup: bool) -> None:
        """Show a message of Textual's own kind."""
        ...


def toast(where: Notifying, text: str, title: str, severity: SeverityLevel = "information") -> None:
    """Show a message, whatever stands in it; it goes by itself."""
    where.notify(safe_text(text), title=title, severity=severity, markup=False)
