"""Paints the lines of a quote board: styles of the present theme, cells in columns, one strip a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from vega_terminal.ui.safe_text import ELLIPSIS
from vega_terminal.ui.theme import Tone, rich_style
from vega_terminal.ui.views.quotes import (
    AGE,
    GAP,
    MARGIN,
    Align,
    BoardCell,
    BoardColumn,
    BoardRow,
    Place,
    places,
)
from vega_terminal.ui.widgets.quote_flash import Flash, Stage

CURSOR_SIGN: Final = "▸"
_GAP: Final = " " * GAP
Piece = tuple[str, Style]


class Ground(Enum):
    """What a row stands on: a background, and bold where the cursor is, for screens without colours."""

    PLAIN = ""
    CURSOR = "bold on {vega-cursor}"
    CURSOR_ELSEWHERE = "bold on {vega-band}"


_FLASHES: Final = {Stage.BRIGHT: "bold on {vega-flash}", Stage.DIM: "on {vega-band}", Stage.OVER: ""}


class BoardStyles:
    """Every style of a board, worked out once for a theme.

    Args:
        base: the widget's own colours.
        variables: those of the theme.
    """

    def __init__(self, base: Style, variables: Mapping[str, str]) -> None:
        self.base = base
        self._variables = variables
        self._tones: dict[tuple[Tone, Ground, bool, Stage], Style] = {}

    def of(self, tone: Tone, ground: Ground, *, stale: bool = False, stage: Stage = Stage.OVER) -> Style:
        """How text of this tone looks; what is stale is grey, whatever it means."""
        wanted = (tone, ground, stale, stage)
        found = self._tones.get(wanted)
        if found is None:
            found = self._tones[wanted] = self._make(*wanted)
        return found

    def _make(self, tone: Tone, ground: Ground, stale: bool, stage: Stage) -> Style:
        ink = rich_style(Tone.MUTED if stale else tone, self._variables)
        return Style.combine(
            (self.base, Style.parse(ink), self._parsed(ground.value), self._parsed(_FLASHES[stage]))
        )

    def _parsed(self, pattern: str) -> Style:
        return Style.parse(pattern.format_map(self._variables)) if pattern else Style.null()


@dataclass(frozen=True, slots=True)
class PaintedCell:
    """A cell and how it looks; the age of a row has no cell of its own."""

    cell: BoardCell | None
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class PaintedLine:
    """The last painting of a row: what all of its cells depend on, and those that may be used again."""

    look: tuple[str, str, Ground]
    cells: Mapping[int, PaintedCell]


class RowPainter:
    """Paints lines of one width; columns that do not fit are left out by their rank.

    Attributes:
        width: of every line, in cells.
        places: where the columns stand.
        blank: the line of no row.
        heading: the line of the titles.
    """

    def __init__(
        self, styles: BoardStyles, columns: Sequence[BoardColumn], width: int, *, ages: bool = True
    ) -> None:
        self._styles = styles
        self.width = width
        self.places = places((*columns, AGE) if ages else columns, width)
        self._age = len(columns)
        self._starts = {place.number: place for place in self.places}
        self._lines: dict[str, PaintedLine] = {}
        self._length = self.places[-1].end + GAP
        self.blank = Strip.blank(width, styles.base)
        self.heading = self._heading()

    def reach(self, columns: Iterable[int]) -> tuple[int, int] | None:
        """From which cell to which these columns stand; None when none of them is on the screen."""
        seen = [self._starts[number] for number in columns if number in self._starts]
        start = min((place.start for place in seen), default=self.width)
        end = min(self.width, max((place.end for place in seen), default=0))
        return (start, end) if start < end else None

    def _heading(self) -> Strip:
        style = self._styles.of(Tone.HEADING, Ground.PLAIN)
        titles = ["".join(_fitted(place.column.title, place.column)) + _GAP for place in self.places]
        return self._strip([(" " * MARGIN + "".join(titles), style)])

    def row(self, row: BoardRow, ground: Ground, flashes: Mapping[int, Flash]) -> Strip:
        """One row; `flashes` are the highlights by column. Cells that are as before are not painted again."""
        look = (row.marker, row.stale, ground)
        before = self._lines.get(row.key)
        kept = before.cells if before is not None and before.look == look else {}
        cells: dict[int, PaintedCell] = {}
        pieces = [self._margin(row, ground)]
        for place in self.places:
            number = place.number
            cell = row.cells[number] if number < self._age else None
            painted = kept.get(number)
            if painted is None or painted.cell is not cell or number in flashes:
                painted = PaintedCell(cell, tuple(self._cell(row, place, ground, flashes.get(number))))
            if number not in flashes:
                cells[number] = painted
            pieces += painted.pieces
        self._lines[row.key] = PaintedLine(look, cells)
        return self._strip(pieces)

    def forget(self, key: str) -> None:
        """A row that is gone."""
        self._lines.pop(key, None)

    def _margin(self, row: BoardRow, ground: Ground) -> Piece:
        sign = " " if ground is Ground.PLAIN else CURSOR_SIGN
        return sign + _cut(row.marker, 1).ljust(1), self._styles.of(Tone.HEADING, ground)

    def _cell(self, row: BoardRow, place: Place, ground: Ground, flash: Flash | None) -> Iterator[Piece]:
        cell, stale = self._of(row, place.number), bool(row.stale)
        plain = self._styles.of(cell.tone, ground, stale=stale)
        before, shown, after = _fitted(cell.shown, place.column)
        yield before, plain
        at = 0
        if cell.offset:
            at = 1
            yield shown[:at], self._styles.of(cell.direction.tone, ground, stale=stale)
        if flash is not None and flash.stage is not Stage.OVER:
            start, end = (cell.offset + edge for edge in (flash.start, flash.end))
            yield shown[at:start], plain
            yield shown[start:end], self._styles.of(cell.tone, ground, stale=stale, stage=flash.stage)
            at = end
        yield shown[at:] + after + _GAP, plain

    def _of(self, row: BoardRow, number: int) -> BoardCell:
        return row.cells[number] if number < self._age else BoardCell(row.stale)

    def _strip(self, pieces: Iterable[Piece]) -> Strip:
        """The pieces in exactly the board's width, neighbours of one style as one."""
        segments: list[Segment] = []
        text, style = "", self._styles.base
        for more, its_style in pieces:
            if its_style is style or not more:
                text += more
                continue
            if text:
                segments.append(Segment(text, style))
            text, style = more, its_style
        room = self.width - self._length
        segments.append(Segment(text + " " * room, style))
        strip = Strip(segments, max(self._length, self.width))
        return strip if room >= 0 else strip.crop(0, self.width)


def _fitted(text: str, column: BoardColumn) -> tuple[str, str, str]:
    """Blanks, `text`, blanks: exactly the cells of the column; what is too long ends with an ellipsis."""
    blank = column.width - (len(text) if text.isascii() else cell_len(text))
    if blank < 0:
        return "", _cut(text, column.width), ""
    left = {Align.LEFT: 0, Align.RIGHT: blank, Align.CENTRE: blank // 2}[column.align]
    return " " * left, text, " " * (blank - left)


def _cut(text: str, width: int) -> str:
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1) + ELLIPSIS
