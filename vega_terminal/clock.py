"""The only place that reads a clock. Whatever waits or dates something takes a `Clock`."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Time, as the product sees it."""

    def now(self) -> datetime:
        """The present instant, zone-aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow, for measuring spans."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Give way for `seconds`."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Give way for `seconds`."""
        await asyncio.sleep(seconds)
