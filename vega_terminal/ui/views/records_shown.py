"""Which records of a list are shown, which are hits of a search, and where the cursor stands."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from vega_terminal.ui.views.records import Filter, Record


class ShownRecords:
    """A filter shows only what it takes; a search shows everything and knows the hits.

    Attributes:
        all: every record, in order.
        shown: those in sight, in the same order.
        hits: where in `shown` the hits of a search are, ascending; empty without a search.
        cursor: where in `shown` the cursor stands; 0 when nothing is shown.
        is_search: whether the filter only marks what it takes.
    """

    def __init__(self) -> None:
        self.all: Sequence[Record] = ()
        self.shown: Sequence[Record] = ()
        self.hits: Sequence[int] = ()
        self.cursor = 0
        self.is_search = False
        self._filter = Filter()

    @property
    def at_cursor(self) -> Record | None:
        """The record under the cursor; None while nothing is shown."""
        return self.shown[self.cursor] if self.shown else None

    @property
    def is_at_last(self) -> bool:
        """Whether nothing stands below the cursor."""
        return self.cursor >= len(self.shown) - 1

    @property
    def hit_number(self) -> int:
        """Which of the hits the cursor stands on, from 1; 0 when it stands on none."""
        return bisect_left(self.hits, self.cursor) + 1 if self.is_hit(self.cursor) else 0

    def is_hit(self, index: int) -> bool:
        """Whether the record shown at `index` is a hit."""
        at = bisect_left(self.hits, index)
        return at < len(self.hits) and self.hits[at] == index

    def replace(self, records: Sequence[Record]) -> None:
        """Other records; the cursor stays on its record, or as near as can be."""
        self.all = records
        self._sort_out()

    def narrow(self, wanted: Filter) -> None:
        """Show only what `wanted` takes; an empty filter takes everything."""
        self._filter, self.is_search = wanted, False
        self._sort_out()

    def search(self) -> None:
        """Show everything again and keep what the filter took as hits."""
        self.is_search = bool(self._filter)
        self._sort_out()

    def put_cursor(self, index: int) -> bool:
        """Move the cursor, not beyond the ends; tells whether it moved."""
        before = self.cursor
        self.cursor = max(0, min(index, len(self.shown) - 1))
        return self.cursor != before

    def hit_from_cursor(self, by: int) -> int | None:
        """Where the next (1) or previous (-1) hit is, around the ends; None when there is none."""
        if not self.hits:
            return None
        at = bisect_right(self.hits, self.cursor) if by > 0 else bisect_left(self.hits, self.cursor) - 1
        return self.hits[at % len(self.hits)]

    def _sort_out(self) -> None:
        kept = self.at_cursor
        takes = self._filter.takes
        if not self._filter or self.is_search:
            self.shown = self.all
        else:
            self.shown = tuple(record for record in self.all if takes(record.words))
        marks = enumerate(self.shown) if self.is_search else ()
        self.hits = tuple(index for index, record in marks if takes(record.words))
        self.put_cursor(self.cursor if kept is None else self._index_of(kept))

    def _index_of(self, record: Record) -> int:
        """Where the record is now; a record that is gone leaves the cursor where it is."""
        key = record.key
        return next((at for at, one in enumerate(self.shown) if one.key == key), self.cursor)
