"""Lists of records: what a list needs of a record, its columns, the filter, and jumps to a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from textual.content import Content

from vega_terminal.domain.token import IST
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.views.times import NOTHING

Field = tuple[str, str]
"""A label and a text of any length, safe to be shown."""

FIELD_LIMIT: Final = 20_000
"""Characters of one field: whoever asks for details gets all of it, within reason."""

_TIME_OF_DAY: Final = re.compile(r"(\d{1,2}):?(\d{2})")


class Record(Protocol):
    """One line of a list, with everything behind it."""

    @property
    def key(self) -> object:
        """What it is known by while the list changes; unique in its list."""
        ...

    @property
    def at(self) -> datetime | None:
        """When it happened, UTC; None where that cannot be told."""
        ...

    @property
    def words(self) -> str:
        """What a filter looks through, case folded."""
        ...

    def cells(self, before: Record | None) -> Sequence[Content]:
        """One cell a column; `before` is the record in the line above."""
        ...

    def fields(self) -> tuple[Field, ...]:
        """Everything that there is to it, in full."""
        ...

    def document(self) -> dict[str, object]:
        """It as JSON, for an export."""
        ...


class Steps(Protocol):
    """A walk through the records of a list."""

    @property
    def place(self) -> str:
        """Where it stands: `17 of 500`."""
        ...

    def step(self, by: int) -> Record | None:
        """Go on (1) or back (-1) and return the record there; None at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list.

    Attributes:
        title: above it.
        width: in cells, the gap to its neighbour included; 0 takes what the others leave.
        seen_from: the width of the list from which on there is room for it.
    """

    title: str
    width: int
    seen_from: int = 0


def column_widths(columns: Sequence[Column], width: int) -> tuple[int, ...]:
    """The cells of each column in a list of `width`; 0 leaves a column out."""
    taken = tuple(column.width if width >= column.seen_from else 0 for column in columns)
    rest = max(1, width - sum(taken))
    return tuple(rest if column.width == 0 else cells for column, cells in zip(columns, taken, strict=True))


@dataclass(frozen=True, slots=True)
class Filter:
    """Takes what holds every wanted word and none of the unwanted; case does not matter."""

    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> Filter:
        """Read what was typed: `otp primary !valid`; a lone `!` says nothing."""
        words = text.casefold().split()
        return cls(
            tuple(word for word in words if not word.startswith("!")),
            tuple(word[1:] for word in words if word.startswith("!") and word != "!"),
        )

    def takes(self, words: str) -> bool:
        """Whether a record with these (case folded) words is looked for."""
        return all(word in words for word in self.wanted) and not any(word in words for word in self.unwanted)

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)


def minute_of_day(text: str) -> int | None:
    """`9:05`, `09:05` or `0905` as minutes since midnight; None for anything else."""
    found = _TIME_OF_DAY.fullmatch(text.strip()) if text.isascii() else None
    if found is None:
        return None
    hour, minute = map(int, found.groups())
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def index_at(records: Sequence[Record], minute: int, day: date | None) -> int | None:
    """Where to look for a time of day (IST, in minutes).

    Args:
        records: oldest first.
        minute: since midnight.
        day: which one in IST; the day of the newest record without it.

    Returns:
        The first record of that day at or after it, else the last one before; None without dated records.
    """
    dated = [(index, record.at.astimezone(IST)) for index, record in enumerate(records) if record.at]
    if not dated:
        return None
    wanted = (day or dated[-1][1].date(), minute)
    after = (index for index, at in dated if (at.date(), at.hour * 60 + at.minute) >= wanted)
    return next(after, dated[-1][0])


def day_of(record: Record) -> date | None:
    """The day of a record in IST."""
    return None if record.at is None else record.at.astimezone(IST).date()


def stamp_after(record: Record, before: Record | None) -> str:
    """Time of day in IST, with the day in front where it is another one than in the line above."""
    if record.at is None:
        return NOTHING
    at = record.at.astimezone(IST)
    is_new_day = before is None or day_of(before) != at.date()
    return f"{at:%d %b %H:%M:%S}" if is_new_day else f"{at:%H:%M:%S}".rjust(15)


def both_times(at: datetime) -> tuple[Field, Field]:
    """An instant in IST and in UTC, to the millisecond."""
    shown = f"{at.astimezone(IST):%a %d %b %Y %H:%M:%S.%f}"[:-3], f"{at:%a %d %b %Y %H:%M:%S.%f}"[:-3]
    return ("IST", shown[0]), ("UTC", shown[1])


def field(label: str, text: str | None) -> Field:
    """A field of a record, in full; a dash where there is nothing."""
    return label, safe_text(text, FIELD_LIMIT) if text else NOTHING
