"""The calendars of a running engine: read again now and then, the broker asked once a day."""

from __future__ import annotations

from datetime import date
from typing import Final

from vega_terminal.domain.calendar.trading import TradingCalendar
from vega_terminal.domain.errors import BrokerError, GateShut, StorageError
from vega_terminal.domain.token import IST
from vega_terminal.engine.ports.warmup import Calendars, CalendarShelf
from vega_terminal.engine.warmup_host import WarmUpHost

REREAD_SECONDS: Final = 600.0
"""How old a reading may be: whoever changes his calendar file sees it taken up after this long."""


class CalendarDesk:
    """Knows the calendars. Nothing that goes wrong here costs more than a remark."""

    def __init__(self, engine: WarmUpHost, shelf: CalendarShelf) -> None:
        self._engine = engine
        self._shelf = shelf
        self._read: Calendars | None = None
        self._read_at = 0.0
        self._told: frozenset[str] = frozenset()
        self._asked_on: date | None = None

    async def calendar(self) -> TradingCalendar:
        """All calendars as one; what cannot be read is told once and left out."""
        now = self._engine.clock.uptime()
        if self._read is None or not 0 <= now - self._read_at < REREAD_SECONDS:
            self._read, self._read_at = await self._shelf.read(), now
            self._tell(self._read.problems)
        return self._read.calendar

    async def ask_broker(self) -> None:
        """Ask the broker for its calendar if the dashboard may be open and nobody asked today."""
        today = self._engine.board.now().astimezone(IST).date()
        if today in (self._asked_on, self._kept_on()) or not self._engine.board.status.ready(
            self._engine.board.now()
        ):
            return
        self._asked_on = today
        try:
            await self._shelf.keep(await self._engine.holidays())
        except (BrokerError, GateShut, StorageError) as error:
            self._engine.board.say(f"The broker's holidays could not be had today. {error}")
            return
        self._read = None

    def _kept_on(self) -> date | None:
        kept_at = None if self._read is None else self._read.broker_kept_at
        return None if kept_at is None else kept_at.astimezone(IST).date()

    def _tell(self, problems: tuple[str, ...]) -> None:
        for problem in problems:
            if problem not in self._told:
                self._engine.board.say(problem)
        self._told = frozenset(problems)
