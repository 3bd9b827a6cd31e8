"""The countdown in large digits."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Digits, Static

from vega_terminal.ui.views.cooldown import Countdown


class CooldownPanel(Vertical):
    """Stands only while a cooldown runs."""

    def __init__(self) -> None:
        super().__init__(id="cooldown", classes="panel")
        self.border_title = "COOLDOWN"
        self._lines: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """Digits above the identities that wait."""
        yield Digits("00:00")
        yield Static(markup=False)

    def show(self, value: Countdown | None) -> None:
        """Show the countdown, or go away with it."""
        self.display = value is not None
        if value is None:
            return
        self.query_one(Digits).update(value.digits)
        if value.lines != self._lines:
            self._lines = value.lines
            self.query_one(Static).update("\n".join(value.lines))
