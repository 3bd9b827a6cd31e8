"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

START = datetime(2025, 11, 24, 3, 30, 12, tzinfo=UTC)
"""Monday 09:00:12 IST."""


@dataclass
class ManualClock:
    """Sleepers wake in `advance` when their time has come."""

    instant: datetime = START
    passed: float = 0.0
    sleepers: list[tuple[float, asyncio.Future[None]]] = field(default_factory=list)

    def now(self) -> datetime:
        return self.instant

    def monotonic(self) -> float:
        return self.passed

    def uptime(self) -> float:
        return self.passed

    def boot_id(self) -> str:
        return "this start"

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        alarm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.sleepers.append((self.passed + seconds, alarm))
        await alarm

    def advance(self, seconds: float) -> None:
        self.passed += seconds
        self.instant += timedelta(seconds=seconds)
        due = [(at, alarm) for at, alarm in self.sleepers if at <= self.passed]
        self.sleepers = [sleeper for sleeper in self.sleepers if sleeper not in due]
        for _, alarm in due:
            if not alarm.done():
                alarm.set_result(None)
