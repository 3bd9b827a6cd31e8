"""Tables of the account and the market: from typed values to the rows of a board, and their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.quotes import Align, BoardCell, BoardColumn, BoardRow

T = TypeVar("T")
SortKey = tuple[float, str]
"""A number, then a text: a column of texts sorts by the text alone."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """One column of a table.

    Attributes:
        board: title, width and rank on the board.
        cell: what the column says of a value.
        order: by what the column sorts; None where a value has nothing there. Without it nobody sorts by it.
    """

    board: BoardColumn
    cell: Callable[[T], BoardCell]
    order: Callable[[T], SortKey | None] | None = None


@dataclass(frozen=True, slots=True)
class Sorting:
    """By which column a table stands; None is the table's own order, in which rows do not jump."""

    column: int | None = None
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """What a board shows of values of one kind.

    Attributes:
        columns: in the order of the board.
        key: names a value for as long as it lives.
        instrument: what the value is about, as the market functions take it.
        words: what a filter looks at.
        arrange: puts values into the order of the table; without it they stand as the broker sends them.
        detail: what there is no column for, told of the row under the cursor; empty for nothing.
    """

    columns: tuple[Column[T], ...]
    key: Callable[[T], str]
    instrument: Callable[[T], str]
    words: Callable[[T], str]
    arrange: Callable[[Iterable[T]], tuple[T, ...]] = tuple
    detail: Callable[[T], str] = lambda _value: ""

    @property
    def board_columns(self) -> tuple[BoardColumn, ...]:
        """The columns as the board takes them."""
        return tuple(column.board for column in self.columns)

    def keyed(self, values: Iterable[T]) -> tuple[tuple[str, T], ...]:
        """Each value with a key that no other one has: two of one name are counted."""
        seen: Counter[str] = Counter()
        found: list[tuple[str, T]] = []
        for value in self.arrange(values):
            key = self.key(value)
            seen[key] += 1
            found.append((f"{key}#{seen[key]}", value))
        return tuple(found)

    def row(self, key: str, value: T, stale: str = "") -> BoardRow:
        """One row; `stale` tells how old it is once that matters."""
        return BoardRow(key, tuple(column.cell(value) for column in self.columns), stale=stale)

    def rows(self, values: Iterable[T], stale: str = "") -> tuple[BoardRow, ...]:
        """All rows, in the table's own order."""
        return tuple(self.row(key, value, stale) for key, value in self.keyed(values))

    def ordered(self, keyed: Sequence[tuple[str, T]], sorting: Sorting) -> tuple[tuple[str, T], ...]:
        """The values in the order that is wished; what has nothing to sort by comes last, equals stay."""
        order = None if sorting.column is None else self.columns[sorting.column].order
        if order is None:
            return tuple(keyed)
        known = [(order(value), (key, value)) for key, value in keyed]
        sortable = [(by, pair) for by, pair in known if by is not None]
        sortable.sort(key=lambda entry: entry[0], reverse=sorting.descending)
        return (*(pair for _, pair in sortable), *(pair for by, pair in known if by is None))

    def next_sorting(self, sorting: Sorting) -> Sorting:
        """The next column that sorts, numbers with the largest first; after the last one, no sorting."""
        start = -1 if sorting.column is None else sorting.column
        for number, column in enumerate(self.columns):
            if number > start and column.order is not None:
                return Sorting(number, descending=column.board.align is Align.RIGHT)
        return Sorting()

    def sorting_notes(self, sorting: Sorting) -> tuple[tuple[str, Tone], ...]:
        """The order in words, for the head of a panel; nothing for the table's own one."""
        if sorting.column is None:
            return ()
        board = self.columns[sorting.column].board
        ways = ("Z to A", "A to Z") if board.align is Align.LEFT else ("largest first", "smallest first")
        return ((f"by {board.title}, {ways[0 if sorting.descending else 1]}", Tone.LINK),)


def text_column(
    title: str,
    width: int,
    rank: int,
    text: Callable[[T], str],
    tone: Tone = Tone.VALUE,
) -> Column[T]:
    """A column of words, sorted from A to Z."""
    return Column(
        BoardColumn(title, width, Align.LEFT, rank),
        lambda value: BoardCell(text(value), tone),
        lambda value: (0.0, text(value)),
    )


def number_column(
    title: str,
    width: int,
    rank: int,
    number: Callable[[T], float | None],
    cell: Callable[[float | None], BoardCell],
) -> Column[T]:
    """A column of numbers, sorted with the largest first."""
    return Column(
        BoardColumn(title, width, rank=rank),
        lambda value: cell(number(value)),
        lambda value: _number_key(number(value)),
    )


def _number_key(number: float | None) -> SortKey | None:
    return None if number is None else (number, "")
