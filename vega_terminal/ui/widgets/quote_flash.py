"""Highlights of digits that just changed: bright, dim, gone; never more than three a second for a cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final

BRIGHT_SECONDS: Final = 0.2
DIM_SECONDS: Final = 0.1
REST_SECONDS: Final = 0.4
"""From one highlight of a cell to its next one; WCAG 2.3.1 allows three a second."""
_NONE: Final[Mapping[int, Flash]] = MappingProxyType({})


class Stage(IntEnum):
    """How far a highlight has faded."""

    BRIGHT = 0
    DIM = 1
    OVER = 2


@dataclass(slots=True)
class Flash:
    """The highlight of one cell.

    Attributes:
        began: seconds of the clock.
        start, end: the highlighted characters of the cell's text.
        stage: as it is painted.
    """

    began: float
    start: int
    end: int
    stage: Stage = Stage.BRIGHT


class FlashBook:
    """The highlights of one board, by row and column. Time is passed in, in seconds."""

    def __init__(self) -> None:
        self._rows: dict[str, dict[int, Flash]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing is highlighted or rests."""
        return not self._rows

    def of(self, key: str) -> Mapping[int, Flash]:
        """The highlights of one row, by column."""
        return self._rows.get(key, _NONE)

    def begin(self, key: str, column: int, digits: tuple[int, int], now: float) -> None:
        """Highlight these digits; while the cell rests from its last highlight, widen that one instead."""
        cells = self._rows.setdefault(key, {})
        present = cells.get(column)
        if present is None:
            cells[column] = Flash(now, *digits)
        else:
            present.start, present.end = min(present.start, digits[0]), max(present.end, digits[1])

    def advance(self, now: float) -> Iterator[tuple[str, int]]:
        """Let everything fade to `now`; yields row and column of what looks different then."""
        for key, cells in list(self._rows.items()):
            for column, flash in list(cells.items()):
                stage = _stage(now - flash.began)
                if stage is not flash.stage:
                    flash.stage = stage
                    yield key, column
                if now - flash.began >= REST_SECONDS:
                    del cells[column]
            if not cells:
                del self._rows[key]


def _stage(age: float) -> Stage:
    if age < BRIGHT_SECONDS:
        return Stage.BRIGHT
    return Stage.DIM if age < BRIGHT_SECONDS + DIM_SECONDS else Stage.OVER
