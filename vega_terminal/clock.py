"""The only place that reads a clock. Whatever waits or dates something takes a `Clock`."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final, Protocol


class Clock(Protocol):
    """Time, as the product sees it."""

    def now(self) -> datetime:
        """The present instant, zone-aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow, for measuring spans within this process."""
        ...

    def uptime(self) -> float:
        """Seconds since the machine was started, those asleep included; no change of the clock moves them."""
        ...

    def boot_id(self) -> str:
        """Which start of the machine `uptime` counts from, the same for every process; empty when unknown."""
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

    def uptime(self) -> float:
        """Seconds since the machine was started, those asleep included."""
        return time.clock_gettime(_UPTIME)

    def boot_id(self) -> str:
        """The kernel's name of this start (Linux); empty elsewhere."""
        return _boot_id()

    async def sleep(self, seconds: float) -> None:
        """Give way for `seconds`."""
        await asyncio.sleep(seconds)


# Linux stops CLOCK_MONOTONIC while the machine sleeps; elsewhere, as on macOS, it goes on.
_UPTIME: Final[int] = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


@cache
def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
