"""What NO_COLOR means for text without any style."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import Monochrome


class Greys(Monochrome):
    """Textual's filter cannot take a segment without a style, which a drawing of no size consists of."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Every colour becomes its grey."""
        styled = [segment if segment.style else Segment(segment.text, Style.null()) for segment in segments]
        return super().apply(styled, background)
