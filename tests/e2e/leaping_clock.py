"""The real terminal in a time that leaps: `leaping_clock.py FILE`, with the seconds so far in FILE.

Wall clock, uptime and every wait go on by what stands there, as if that time had passed.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from unittest.mock import patch

from vega_terminal.clock import SystemClock
from vega_terminal.ui.__main__ import main

LOOK_SECONDS: Final = 0.05
"""How often whoever waits looks whether time has leapt."""

_now, _monotonic, _uptime = SystemClock.now, SystemClock.monotonic, SystemClock.uptime


def run(leaps: Path) -> int:
    """Run the terminal; returns its exit code."""

    def leapt() -> float:
        return float(leaps.read_text())

    def now(clock: SystemClock) -> datetime:
        return _now(clock) + timedelta(seconds=leapt())

    def monotonic(clock: SystemClock) -> float:
        return _monotonic(clock) + leapt()

    def uptime(clock: SystemClock) -> float:
        return _uptime(clock) + leapt()

    async def sleep(clock: SystemClock, seconds: float) -> None:
        end = clock.monotonic() + seconds
        await asyncio.sleep(0)
        while (left := end - clock.monotonic()) > 0:  # noqa: ASYNC110 - a file tells of no change
            await asyncio.sleep(min(left, LOOK_SECONDS))

    with patch.multiple(SystemClock, now=now, monotonic=monotonic, uptime=uptime, sleep=sleep):
        return main([])


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
