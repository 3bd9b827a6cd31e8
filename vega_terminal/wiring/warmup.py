"""The warm-up beside an engine, and the files that it lives on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from vega_terminal.clock import Clock
from vega_terminal.domain.calendar.days import DayKind
from vega_terminal.engine.engine import Engine
from vega_terminal.engine.warmup import WarmUp
from vega_terminal.schedule.calendar_files import CalendarFiles
from vega_terminal.schedule.warmup_record import WarmUpRecordFile
from vega_terminal.settings.values import Settings
from vega_terminal.store.login_lock import LoginLock
from vega_terminal.wiring.beside import beside

if TYPE_CHECKING:
    from vega_terminal.notices.reminder import TradingDays

LOCK_NAME: Final = "warmup.lock"


@dataclass(frozen=True, slots=True)
class WarmUpFiles:
    """What warm-ups of this machine share: calendars, the memory of the last one, and the turn."""

    calendars: CalendarFiles
    records: WarmUpRecordFile
    turn: LoginLock


def warmup_files(settings: Settings, clock: Clock) -> WarmUpFiles:
    """The files that these settings point to; nothing is opened yet."""
    return WarmUpFiles(
        CalendarFiles(settings.data_dir, settings.calendar_file),
        WarmUpRecordFile(settings.data_dir),
        LoginLock(settings.data_dir / LOCK_NAME, clock, patience=0.0),
    )


def trading_days(settings: Settings) -> TradingDays:
    """On which days tokens are needed by the calendars of these settings, freshly read at each question."""
    calendars = CalendarFiles(settings.data_dir, settings.calendar_file)

    async def is_trading_day(day: date) -> bool:
        kind = (await calendars.read()).calendar.day(day).kind
        return kind in (DayKind.OPEN, DayKind.SPECIAL, DayKind.UNKNOWN)

    return is_trading_day


@asynccontextmanager
async def warming_up(engine: Engine, settings: Settings, *, catches_up: bool) -> AsyncIterator[None]:
    """Make the daily warm-up for as long as the block lasts.

    Args:
        engine: a started one; it has to outlive the block.
        settings: time, calendar file and data folder.
        catches_up: whether a warm-up that was missed before the block is made up for: yes in a server, no in
            a terminal, where a person decides.
    """
    files = warmup_files(settings, engine.clock)
    warm_up = WarmUp(
        engine, files.calendars, files.records, files.turn, settings.warmup_time, catches_up=catches_up
    )
    without = "There is no daily warm-up any more until a new start."
    async with beside(engine, warm_up.run(), "warm-up", without):
        yield
