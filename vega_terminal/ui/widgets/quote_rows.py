"""The rows of a quote board: those that are wanted, those that are shown, and where the cursor stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vega_terminal.ui.views.quotes import BoardRow


@dataclass(frozen=True, slots=True)
class Update:
    """What became different.

    Attributes:
        changed: rows whose value is another one, as it was and as it is.
        moved: whether rows came, went or changed places.
    """

    changed: tuple[tuple[BoardRow, BoardRow], ...]
    moved: bool


class BoardRows:
    """Rows by key and by index, for `columns` columns.

    What is wanted may change many times before it is shown; of the values in between nothing is kept.
    """

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._wanted: dict[str, BoardRow] = {}
        self._shown: dict[str, BoardRow] = {}
        self._order: tuple[str, ...] = ()
        self._places: dict[str, int] = {}
        self.cursor: str | None = None

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, key: object) -> bool:
        return key in self._shown

    def __getitem__(self, index: int) -> BoardRow:
        return self._shown[self._order[index]]

    def index_of(self, key: str | None) -> int | None:
        """Where a row stands; None when it is not shown."""
        return None if key is None else self._places.get(key)

    @property
    def cursor_index(self) -> int:
        """Where the cursor stands; 0 without one."""
        return self.index_of(self.cursor) or 0

    def want(self, rows: Iterable[BoardRow]) -> None:
        """These rows in this order, and no others.

        Raises:
            ValueError: a row has not one cell a column, or a key comes twice.
        """
        wanted: dict[str, BoardRow] = {}
        for row in rows:
            if row.key in wanted:
                raise ValueError("Two rows of a board have the same key.")
            wanted[row.key] = self._checked(row)
        self._wanted = wanted

    def want_also(self, rows: Iterable[BoardRow]) -> None:
        """Newer values of these rows; new keys at the foot.

        Raises:
            ValueError: a row has not one cell a column.
        """
        self._wanted.update({row.key: self._checked(row) for row in rows})

    def take_over(self) -> Update:
        """Show what is wanted; the cursor stays on its row, or at its place when the row is gone."""
        before, self._shown = self._shown, dict(self._wanted)
        changed = tuple(
            (before[key], row)
            for key, row in self._shown.items()
            if key in before and row is not before[key] and row != before[key]
        )
        order = tuple(self._shown)
        moved = order != self._order
        if moved:
            self._reorder(order)
        return Update(changed, moved)

    def put_cursor(self, index: int) -> bool:
        """Put the cursor on a row, or on the nearest one that exists; False when it stood there."""
        before = self.cursor
        self.cursor = self._order[max(0, min(index, len(self) - 1))] if self._order else None
        return self.cursor != before

    def _reorder(self, order: tuple[str, ...]) -> None:
        index = self.cursor_index
        self._order = order
        self._places = {key: place for place, key in enumerate(order)}
        if self.cursor not in self._places:
            self.put_cursor(index)

    def _checked(self, row: BoardRow) -> BoardRow:
        if len(row.cells) != self._columns:
            raise ValueError(f"A row of {len(row.cells)} cells does not fit {self._columns} columns.")
        return row
