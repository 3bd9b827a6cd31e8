"""The status line."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.status_line import GAP, Part, status_parts
from vega_terminal.ui.widgets.painted import Painted


class StatusBar(Painted[DeskView]):
    """State, cooldown, database, market, broker, clocks."""

    def lines(self, value: DeskView, width: int) -> tuple[Content, ...]:
        """The parts that fit, the clocks at the right edge."""
        parts = status_parts(value, width)
        left = _joined(part for part in parts if not part.at_end)
        right = _joined(part for part in parts if part.at_end)
        return (left + " " * max(0, width - left.cell_length - right.cell_length) + right,)


def _joined(parts: Iterable[Part]) -> Content:
    return Content.styled(" │ ".center(GAP), Tone.MUTED).join([_piece(part) for part in parts])


def _piece(part: Part) -> Content:
    label = f"{part.label} " if part.label else ""
    return Content.assemble((label, Tone.LABEL), (part.value, part.tone.value))
