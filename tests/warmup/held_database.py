"""`vega-auth warmup run` beside a program that has the database for itself, in a time that leaps.

`held_database.py SINCE SECONDS REPORT`: it is held since the `opening` or the `reading`, for so many seconds;
REPORT gets how many had passed at the end.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from vega_terminal.cli import warmup_run
from vega_terminal.cli.__main__ import main
from vega_terminal.clock import SystemClock
from vega_terminal.wiring import accompanied

LEAP_SECONDS = 60.0
"""How much time passes while somebody pauses between two attempts."""
LONGEST_PAUSE = 5.0
"""Whoever waits for longer waits for a limit of time."""
_monotonic = SystemClock.monotonic


class Holder:
    """The other program, and the time that its victim waits."""

    def __init__(self, seconds: float) -> None:
        self.waited = 0.0
        self._until = seconds
        database = Path(os.environ["VEGA_DATA_DIR"]) / "vega_trade.db"
        self._connection = sqlite3.connect(database, isolation_level=None)

    def take(self) -> None:
        self._connection.execute("BEGIN EXCLUSIVE")

    def leap(self) -> None:
        """Time passes, and the database is let go when it is over."""
        self.waited += LEAP_SECONDS
        if self.waited >= self._until and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")


def run(since: str, seconds: float) -> tuple[int, float]:
    """The exit code, and how many seconds had passed."""
    holder = Holder(seconds)

    def monotonic(clock: SystemClock) -> float:
        return _monotonic(clock) + holder.waited

    async def sleep(clock: SystemClock, seconds: float) -> None:
        end = clock.monotonic() + seconds
        if seconds <= LONGEST_PAUSE:
            holder.leap()
        await asyncio.sleep(0)
        while clock.monotonic() < end:  # noqa: ASYNC110 - nobody tells of a leap
            await asyncio.sleep(0.01)

    @asynccontextmanager
    async def taking(*arguments: Any) -> AsyncIterator[None]:
        async with accompanied(*arguments):
            holder.take()
            yield

    if since == "opening":
        holder.take()
    with (
        patch.multiple(SystemClock, monotonic=monotonic, sleep=sleep),
        patch.object(warmup_run, "accompanied", accompanied if since == "opening" else taking),
    ):
        return main(["warmup", "run", "--json"]), holder.waited


if __name__ == "__main__":
    code, waited = run(sys.argv[1], float(sys.argv[2]))
    Path(sys.argv[3]).write_text(str(waited))
    sys.exit(code)
