"""The reminder of a trading morning: once a day, at the set time, if a token is missing then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias

from vega_terminal.clock import Clock
from vega_terminal.domain.token import IST

LONGEST_SLEEP: Final = 30.0
"""Seconds. A machine that slept, or whose clock was set, notices it after so long."""
TradingDays: TypeAlias = Callable[[date], Awaitable[bool]]
"""Whether anybody needs tokens on a day (IST)."""
MARKET_CLOSE: Final = time(15, 30)
"""IST. A reminder that was missed until then is of no use any more."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Waits for the time of each day.

    Attributes:
        at: time of the day, IST.
        is_trading_day: whether anybody needs tokens on that day.
        clock: what is waited on.
        remind: awaited when it is time.
    """

    at: time
    is_trading_day: TradingDays
    clock: Clock
    remind: Callable[[], Awaitable[None]]

    async def run(self) -> None:
        """Remind until cancelled. A time that lay before the beginning, or was missed all day, is let go."""
        seen, reminded = self.clock.now(), date.min
        while True:
            now = self.clock.now()
            today = now.astimezone(IST).date()
            if reminded != today and self._due_between(seen, now) and await self.is_trading_day(today):
                reminded = today
                await self.remind()
            seen = now
            await self.clock.sleep(self._pause(now))

    def _due_between(self, seen: datetime, now: datetime) -> bool:
        """Whether today's time came after `seen`, and is still of use at `now`."""
        local = now.astimezone(IST)
        due = datetime.combine(local.date(), self.at, IST)
        last = datetime.combine(local.date(), max(MARKET_CLOSE, self.at), IST) + timedelta(minutes=1)
        return seen < due <= now < last

    def _pause(self, now: datetime) -> float:
        local = now.astimezone(IST)
        left = (datetime.combine(local.date(), self.at, IST) - now).total_seconds()
        return min(left, LONGEST_SLEEP) if left > 0 else LONGEST_SLEEP
