"""The lines of a list of records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import fit, heading, row
from vega_terminal.ui.views.records import Column, column_widths
from vega_terminal.ui.views.records_shown import ShownRecords

_MARGIN: Final = 2
_CURSOR: Final = "bold on $vega-cursor"
_CURSOR_ELSEWHERE: Final = "on $vega-band"


@dataclass(frozen=True, slots=True)
class Look:
    """What a line depends on besides its record.

    Attributes:
        width: of the line, in cells.
        is_top: whether it is the topmost one, which tells what others leave to the line above them.
        has_keys: whether the list has the keys, so that its cursor is the one that moves.
    """

    width: int
    is_top: bool
    has_keys: bool


def heading_line(columns: Sequence[Column], width: int) -> Content:
    """The titles of the columns."""
    return heading(("", *(column.title for column in columns)), _widths(columns, width))


def empty_line(state: ShownRecords, empty: str | None, width: int) -> Content:
    """The line of no record; the first one says why there is none (`empty`: when there is none at all)."""
    if empty is None:
        return Content(" " * width)
    words = "Nothing matches the filter. Esc clears it." if state.all else empty
    return fit(Content.styled(f"  {words}", Tone.MUTED), width)


def record_line(state: ShownRecords, index: int, columns: Sequence[Column], look: Look) -> Content:
    """The record shown at `index`, with the signs of cursor and search in front."""
    is_cursor = index == state.cursor
    before = None if look.is_top or index == 0 else state.shown[index - 1]
    signs = f"{'▸' if is_cursor else ' '}{'•' if state.is_hit(index) else ' '}"
    widths = _widths(columns, look.width)
    cells = zip(state.shown[index].cells(before), widths[1:], strict=True)
    gapped = (fit(cell, max(0, width - 1)) for cell, width in cells)
    line = row((Content.styled(signs, Tone.HEADING), *gapped), widths)
    if not is_cursor:
        return line
    return line.stylize(_CURSOR if look.has_keys else _CURSOR_ELSEWHERE)


def _widths(columns: Sequence[Column], width: int) -> tuple[int, ...]:
    return (_MARGIN, *column_widths(columns, width - _MARGIN))
