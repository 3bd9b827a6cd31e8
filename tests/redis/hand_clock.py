"""A clock that a test moves by hand, beside a server that lives in real time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from tests.store.support import NOW

PATIENCE_S: Final = 20.0


class HandClock:
    """Stands still until `pass_time`; who sleeps long enough then wakes."""

    def __init__(self) -> None:
        self.passed = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def uptime(self) -> float:
        return self.passed

    def boot_id(self) -> str:
        return ""

    async def sleep(self, seconds: float) -> None:
        alarm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.passed + seconds, alarm))
        await alarm

    @property
    def sleeping(self) -> int:
        return sum(not alarm.done() for _, alarm in self._sleepers)

    def pass_time(self, seconds: float) -> None:
        self.passed += seconds
        for due, alarm in self._sleepers:
            if due <= self.passed and not alarm.done():
                alarm.set_result(None)


async def until(condition: Callable[[], object]) -> None:
    """Wait for a condition while the event loop and the world go on."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - the condition may be another process's doing
            await asyncio.sleep(0.002)
