"""What is shown instead of a broken layout."""

from __future__ import annotations

from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from vega_terminal.ui.theme import Tone

SMALLEST: Final = (80, 24)


class TooSmall(Widget):
    """Tells the present and the needed size; the stylesheet shows it only below the smallest size."""

    def render(self) -> RenderResult:
        """Present against needed size."""
        width, height = self.app.size
        return Content("\n").join(
            [
                Content.styled("TERMINAL TOO SMALL", Tone.HEADING),
                Content.styled(f"now {width}x{height}", Tone.STRONG),
                Content.styled(f"needs {SMALLEST[0]}x{SMALLEST[1]}", Tone.VALUE),
                Content.styled("nothing is lost", Tone.MUTED),
            ]
        )
