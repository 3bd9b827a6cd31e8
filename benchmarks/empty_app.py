"""The yardstick of the first frame: a Textual app that shows one word."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static

WORD = "EMPTY"


class EmptyApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Static(WORD)


if __name__ == "__main__":
    EmptyApp().run()
