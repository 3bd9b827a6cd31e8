"""Rows of a quote board as values: what a cell says, which columns fit, which digits changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from vega_terminal.ui.theme import Tone

MARGIN: Final = 2
"""Cells before the first column: the sign of the cursor and the row's own marker."""
GAP: Final = 1
"""Cells between two columns."""


class Direction(Enum):
    """Which way a number went; the sign stands beside the colour."""

    NONE = ("", Tone.VALUE)
    UP = ("▲", Tone.UP)
    DOWN = ("▼", Tone.DOWN)
    FLAT = ("■", Tone.MUTED)

    def __init__(self, sign: str, tone: Tone) -> None:
        self.sign = sign
        self.tone = tone


class Align(Enum):
    """Where the text of a column stands."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One column, as wide as it will ever be.

    Attributes:
        title: in the heading row.
        width: in cells, the sign of a direction included.
        align: of the text and the title.
        rank: a lower one stays longer when the terminal is narrow; columns of one rank go together.
    """

    title: str
    width: int
    align: Align = Align.RIGHT
    rank: int = 0


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One cell, its text ready to be shown: made safe, numbers formatted. Never markup."""

    text: str
    tone: Tone = Tone.VALUE
    direction: Direction = Direction.NONE

    @property
    def shown(self) -> str:
        """The text behind the sign of its direction."""
        sign = self.direction.sign
        return f"{sign} {self.text}" if sign else self.text

    @property
    def offset(self) -> int:
        """Where the text begins within what is shown."""
        return 2 if self.direction.sign else 0


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One row.

    Attributes:
        key: names the row for as long as it lives; unique on its board.
        cells: one for each column of the board.
        marker: a glyph of one cell before the row, such as that of the strike at the money.
        stale: how old the numbers are, in words such as `42s`; empty while they are fresh.
    """

    key: str
    cells: tuple[BoardCell, ...]
    marker: str = ""
    stale: str = ""

    def changed_cells(self, before: BoardRow) -> tuple[int, ...]:
        """The columns whose cells differ from those of `before`, a row of the same board."""
        pairs = zip(self.cells, before.cells, strict=True)
        return tuple(number for number, (new, old) in enumerate(pairs) if new is not old and new != old)

    def looks_alike(self, before: BoardRow) -> bool:
        """Whether everything beside the cells is the same."""
        return self.marker == before.marker and self.stale == before.stale


AGE: Final = BoardColumn("AGE", 6)
"""The last column of every board: how old a stale row is. It stays as long as the first one does."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column on the screen: which one, and at which cell of the line it begins."""

    number: int
    column: BoardColumn
    start: int

    @property
    def end(self) -> int:
        """The cell after its last one."""
        return self.start + self.column.width


def places(columns: Sequence[BoardColumn], width: int) -> tuple[Place, ...]:
    """The columns that `width` cells have room for, in their order.

    Whole ranks are left out, the highest first. The lowest rank stays in any width, cut at the edge.
    """
    kept = _kept_ranks(columns, width)
    found: list[Place] = []
    start = MARGIN
    for number, column in enumerate(columns):
        if column.rank in kept:
            found.append(Place(number, column, start))
            start = found[-1].end + GAP
    return tuple(found)


def _kept_ranks(columns: Sequence[BoardColumn], width: int) -> frozenset[int]:
    kept: set[int] = set()
    used = MARGIN - GAP
    for rank in sorted({column.rank for column in columns}):
        used += sum(column.width + GAP for column in columns if column.rank == rank)
        if kept and used > width:
            break
        kept.add(rank)
    return frozenset(kept)


def changed_digits(before: str, after: str) -> tuple[int, int]:
    """Where `after` differs: from the first changed character to the end; all of it in another length."""
    if len(before) != len(after):
        return 0, len(after)
    pairs = zip(before, after, strict=True)
    return next((at for at, (old, new) in enumerate(pairs) if old != new), len(after)), len(after)
