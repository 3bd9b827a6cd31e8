"""What has to be painted anew on a quote board."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Dirt:
    """Rows, and for each the columns that look different; None means the whole row."""

    def __init__(self) -> None:
        self._rows: dict[str, set[int] | None] = {}

    def add(self, key: str, columns: Iterable[int] | None = None) -> None:
        """These columns of the row, or all of it."""
        known = self._rows.setdefault(key, set())
        if columns is None:
            self._rows[key] = None
        elif known is not None:
            known.update(columns)

    def __iter__(self) -> Iterator[tuple[str, frozenset[int] | None]]:
        """Each row with its columns."""
        for key, columns in self._rows.items():
            yield key, None if columns is None else frozenset(columns)
