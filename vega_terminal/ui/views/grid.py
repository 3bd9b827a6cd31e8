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

_TITLES: Final = ("", "SLOT", "VERDICT", "GENERATED", "AGE", "LEFT", "CHECKED", "NEXT", "WHAT GOES ON")
_FOLLOWS_FROM: Final = 110
_TWO_BLOCKS_FROM: Final = 100
_GENERATED_FROM: Final = 126
_AGE_FROM: Final = 90
_CHECKED_FROM: Final = 84
_NAME_LIMIT: Final = 16
_MARGIN: Final = 2
_FOLLOWS: Final = _TITLES.index("NEXT")
_CURSOR: Final = "bold on $vega-cursor"


def grid_lines(rows: Sequence[SlotRow], width: int, cursor: int | None = None) -> tuple[Content, ...]:
    """The heading and one line a slot; with many slots and room for it, two slots a line.

    Args:
        rows: the slots, in order of importance.
        width: cells.
        cursor: the row that somebody has marked, if any.
    """
    if not in_two_blocks(len(rows), width):
        return _block(rows, width, cursor)
    half = -(-len(rows) // 2)
    each = width // 2 - 1
    beyond = None if cursor is None else cursor - half
    left, right = _block(rows[:half], each, cursor), _block(rows[half:], each, beyond)
    beside = [*right, *([Content("")] * (len(left) - len(right)))]
    return tuple(fit(one, each + 2) + two for one, two in zip(left, beside, strict=True))


def in_two_blocks(count: int, width: int) -> bool:
    """Whether that many slots stand in two blocks."""
    return count > ONE_BLOCK and width >= _TWO_BLOCKS_FROM


def slot_at(count: int, width: int, x: int, y: int) -> int | None:
    """Which slot stands at a cell of the grid; None for the heading and for empty space."""
    at, height = y - 1, count
    if in_two_blocks(count, width):
        height = -(-count // 2)
        at += height if x > width // 2 else 0
        if y > height:
            return None
    return at if y >= 1 and 0 <= at < count else None


def _block(rows: Sequence[SlotRow], width: int, cursor: int | None) -> tuple[Content, ...]:
    widths = _widths(width, min(_NAME_LIMIT, max(len(row.name) for row in rows)))
    lines = [row(_cells(slot, told_apart=bool(widths[_FOLLOWS])), widths) for slot in rows]
    if cursor is not None and 0 <= cursor < len(lines):
        lines[cursor] = lines[cursor].stylize(_CURSOR)
    return (heading(_TITLES, widths), *lines)


def _cells(slot: SlotRow, *, told_apart: bool) -> tuple[Content, ...]:
    """The cells of one line; without a column for what comes next, that stands where nothing goes on."""
    note = slot.note if told_apart else slot.note or slot.follows
    return (
        Content.styled(slot.marker, Tone.HEADING),
        Content.styled(slot.name, Tone.STRONG),
        Content.styled(f"{slot.sign.glyph} {slot.sign.word}", slot.sign.tone),
        Content.styled(slot.generated, Tone.VALUE),
        Content.styled(slot.age, Tone.VALUE),
        Content.styled(slot.left, Tone.VALUE),
        Content.styled(slot.checked, Tone.VALUE),
        Content.styled(slot.follows, Tone.MUTED),
        Content.styled(note, slot.note_tone),
    )


def _widths(width: int, name: int) -> tuple[int, ...]:
    """The columns that `width` has room for; the last one takes the rest."""
    generated = 11 if width >= _GENERATED_FROM else 0
    checked = 10 if width >= _CHECKED_FROM else 0
    age = 9 if width >= _AGE_FROM else 0
    follows = 16 if width >= _FOLLOWS_FROM else 0
    fixed = (_MARGIN, name + 2, 11, generated, age, 9, checked, follows)
    return (*fixed, max(0, width - sum(fixed)))
