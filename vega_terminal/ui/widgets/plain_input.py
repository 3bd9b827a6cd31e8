"""A field that takes harmless characters only, typed or pasted."""

from __future__ import annotations

from textual.widgets import Input

from vega_terminal.ui.safe_text import safe_text


class PlainInput(Input):
    """What is pasted comes from anywhere: control bytes and the like become visible before they are shown."""

    def replace(self, text: str, start: int, end: int) -> None:
        """Put `text`, made harmless, in the place of what stands there; insertions come here, too."""
        super().replace(safe_text(text), start, end)
