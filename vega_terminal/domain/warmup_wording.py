"""What a person should know of a warm-up, the same in terminal, server and on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from vega_terminal.domain.calendar.days import DayKind
from vega_terminal.domain.calendar.wording import day_in_words
from vega_terminal.domain.token import IST
from vega_terminal.domain.warmup import WarmUpWindow

_LATE: Final = timedelta(minutes=5)
ALL_THE_SAME: Final = (
    "The warm-up is made all the same: other exchanges may trade, and a calendar may be wrong."
)


def remarks(window: WarmUpWindow, now: datetime, known_through: date | None) -> Iterator[str]:
    """Sentences for its beginning at `now` (UTC); none on an ordinary day."""
    if now - window.due > _LATE:
        yield f"The warm-up of {window.due.astimezone(IST):%H:%M} IST was missed. It is made up for now."
    day = window.day
    if day.kind is not DayKind.OPEN or day.conflicts:
        end = f" {ALL_THE_SAME}" if day.kind is DayKind.HOLIDAY else ""
        yield f"Today: {day_in_words(day, known_through)}{end}"
