"""What the warm-up needs from the outside: calendars, the memory of the last one, and its turn."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vega_terminal.domain.calendar.days import CalendarSource
from vega_terminal.domain.calendar.trading import TradingCalendar
from vega_terminal.domain.warmup import WarmUpRecord


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendars as they could be read.

    Attributes:
        calendar: all that could be read.
        problems: a sentence for each that could not.
        broker_kept_at: when the broker's calendar was kept, UTC; None when there is none.
    """

    calendar: TradingCalendar
    problems: tuple[str, ...] = ()
    broker_kept_at: datetime | None = None


class CalendarShelf(Protocol):
    """Where the calendars lie."""

    async def read(self) -> Calendars:
        """Read them all; one that cannot be used is a problem in the answer and no error."""
        ...

    async def keep(self, source: CalendarSource) -> None:
        """Keep the broker's calendar for the next days.

        Raises:
            StorageError: it cannot be written.
        """
        ...


class WarmUpRecords(Protocol):
    """What came of the last warm-up, for this process and every other."""

    async def last(self) -> WarmUpRecord | None:
        """The last one; None when there is none, or it cannot be read."""
        ...

    async def save(self, record: WarmUpRecord) -> None:
        """Remember this one instead.

        Raises:
            StorageError: it cannot be written.
        """
        ...


class WarmUpTurn(Protocol):
    """Keeps the processes of this machine from making their warm-up at once."""

    def hold_if_free(self) -> AbstractAsyncContextManager[bool]:
        """Hold it for the block if nobody else does; yields whether it is held.

        Raises:
            StorageError: the file system cannot lock.
        """
        ...
