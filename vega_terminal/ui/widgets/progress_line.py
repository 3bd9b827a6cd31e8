"""The bar and the text `3 / 6 Access Tokens Generated`."""

from __future__ import annotations

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.progress import Progress
from vega_terminal.ui.widgets.painted import Painted

LONGEST_BAR = 48


class ProgressLine(Painted[Progress]):
    """The bar is generated / total and nothing else."""

    def lines(self, value: Progress, width: int) -> tuple[Content, ...]:
        """Text, then a bar in what room is left."""
        cells = max(0, min(LONGEST_BAR, width - len(value.text) - 8))
        filled = value.filled(cells)
        tone = Tone.GOOD if value.generated == value.total else Tone.LABEL
        line = Content.assemble(
            ("  ", ""),
            (value.text, Tone.STRONG),
            ("   ", ""),
            ("█" * filled, tone),
            ("░" * (cells - filled), Tone.MUTED),
        )
        return (line,)
