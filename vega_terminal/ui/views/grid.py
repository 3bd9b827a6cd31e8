"""The token grid as lines of text for a given width: 1 to 24 slots, two blocks side by side when many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import fit, heading, row
from vega_terminal.ui.views.slots import SlotRow

ONE_BLOCK: Final = 12
"""Rosters up to this size stand in one block."""

_TITLES: Final = ("", "SLOT", "VERDICT", "GENERATED", "LEFT", "CHECKED", "WHAT GOES ON")
_TWO_BLOCKS_FROM: Final = 100
_GENERATED_FROM: Final = 96
_CHECKED_FROM: Final = 84
_NAME_LIMIT: Final = 16
_MARGIN: Final = 2


def grid_lines(rows: Sequence[SlotRow], width: int) -> tuple[Content, ...]:
    """The heading and one line a slot; with many slots and room for it, two slots a line."""
    if len(rows) <= ONE_BLOCK or width < _TWO_BLOCKS_FROM:
        return _block(rows, width)
    half = -(-len(rows) // 2)
    each = width // 2 - 1
    left, right = _block(rows[:half], each), _block(rows[half:], each)
    beside = [*right, *([Content("")] * (len(left) - len(right)))]
    return tuple(fit(one, each + 2) + two for one, two in zip(left, beside, strict=True))


def _block(rows: Sequence[SlotRow], width: int) -> tuple[Content, ...]:
    widths = _widths(width, min(_NAME_LIMIT, max(len(row.name) for row in rows)))
    return (heading(_TITLES, widths), *(row(_cells(slot), widths) for slot in rows))


def _cells(slot: SlotRow) -> tuple[Content, ...]:
    return (
        Content.styled(slot.marker, Tone.HEADING),
        Content.styled(slot.name, Tone.STRONG),
        Content.styled(f"{slot.sign.glyph} {slot.sign.word}", slot.sign.tone),
        Content.styled(slot.generated, Tone.VALUE),
        Content.styled(slot.left, Tone.VALUE),
        Content.styled(slot.checked, Tone.VALUE),
        Content.styled(slot.note, slot.note_tone),
    )


def _widths(width: int, name: int) -> tuple[int, ...]:
    """The columns that `width` has room for; the last one takes the rest."""
    generated = 11 if width >= _GENERATED_FROM else 0
    checked = 10 if width >= _CHECKED_FROM else 0
    fixed = (_MARGIN, name + 2, 11, generated, 9, checked)
    return (*fixed, max(0, width - sum(fixed)))
