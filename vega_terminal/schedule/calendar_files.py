"""The calendars on disk: the operator's own, the broker's last answer, and the one that is shipped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Final

from vega_terminal.domain.calendar.days import CalendarOrigin, CalendarSource
from vega_terminal.domain.calendar.document import CalendarError, read_calendar, write_calendar
from vega_terminal.domain.calendar.trading import TradingCalendar
from vega_terminal.engine.ports.warmup import Calendars
from vega_terminal.schedule.private_file import read_small, write_small

KEPT: Final = "calendar.json"
"""The broker's answer, in the data folder."""


class CalendarFiles:
    """Implements `CalendarShelf`."""

    def __init__(self, data_dir: Path, own: Path | None) -> None:
        """Read `KEPT` of the data folder, and `own`, the operator's file, which goes before all others."""
        self._kept = data_dir / KEPT
        self._own = own

    async def read(self) -> Calendars:
        """Read them all; one that cannot be used is a problem in the answer and no error."""
        return await asyncio.to_thread(self._read)

    async def keep(self, source: CalendarSource) -> None:
        """Keep the broker's calendar for the next days.

        Raises:
            StorageError: it cannot be written.
        """
        await asyncio.to_thread(write_small, self._kept, write_calendar(source))

    def _read(self) -> Calendars:
        sources: list[CalendarSource] = []
        problems: list[str] = []
        for origin, path, cure in self._places():
            try:
                sources.append(read_calendar(read_small(path), origin))
            except (OSError, UnicodeDecodeError, CalendarError) as error:
                problems.append(f"The calendar {path} is not used. {_why(error)} {cure}")
        kept = any(source.origin is CalendarOrigin.BROKER for source in sources)
        sources.append(shipped_calendar())
        return Calendars(TradingCalendar(tuple(sources)), tuple(problems), self._kept_at() if kept else None)

    def _places(self) -> Iterator[tuple[CalendarOrigin, Path, str]]:
        """What may be there besides the shipped one, and what helps when it cannot be used."""
        if self._own is not None:
            yield CalendarOrigin.OPERATOR, self._own, "Correct the file; the others are used meanwhile."
        if self._kept.exists():
            yield CalendarOrigin.BROKER, self._kept, "The broker is asked anew at the next warm-up."

    def _kept_at(self) -> datetime | None:
        try:
            return datetime.fromtimestamp(self._kept.stat().st_mtime, UTC)
        except (OSError, OverflowError, ValueError):
            return None


def shipped_calendar() -> CalendarSource:
    """The calendar that comes with the program."""
    text = resources.files("vega_terminal.schedule").joinpath("nse.json").read_text(encoding="utf-8")
    return read_calendar(text, CalendarOrigin.SHIPPED)


def _why(error: OSError | UnicodeDecodeError | CalendarError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "It is not text in UTF-8."
    text = str(error.strerror) if isinstance(error, OSError) else str(error)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
