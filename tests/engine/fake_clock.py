"""Virtual time: it moves only when nothing else can, so that eleven minutes cost milliseconds."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

START: Final = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)
"""Tuesday 09:30 IST."""
LONGEST: Final = timedelta(days=40).total_seconds()
"""More virtual time than any test needs: whoever gets here waits for something that never comes."""


class FakeClock:
    """Sleepers wake in the order of their time, as soon as the event loop has nothing else to do.

    A test is a sleeper like any other: `await clock.sleep(300)` returns when everything that happens in
    five minutes has happened. Work on real threads is announced with `outside`, so that time stands
    still until it is done.
    """

    def __init__(self, start: datetime = START) -> None:
        self._origin = start
        self._passed = 0.0
        self._booted_at = 0.0
        self._asleep = 0.0
        self._boots = 1
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._count = 0
        self._outside = 0
        self._steps = 0
        self._alarm: tuple[int, Callable[[], object]] | None = None

    def now(self) -> datetime:
        return self._origin + timedelta(seconds=self.elapsed())

    def monotonic(self) -> float:
        return self._passed

    def uptime(self) -> float:
        return self.elapsed() - self._booted_at

    def elapsed(self) -> float:
        """Seconds since the test began, as the broker counts them, whatever this machine did."""
        return self._passed + self._asleep

    def boot_id(self) -> str:
        return f"start {self._boots}"

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        alarm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._passed + seconds, self._count, alarm))
        await alarm

    async def sleep_until(self, instant: datetime) -> None:
        await self.sleep((instant - self.now()).total_seconds())

    def set_wall_clock(self, by: timedelta) -> None:
        """Somebody changes the machine's clock; monotonic time knows nothing of it."""
        self._origin += by

    def fall_asleep(self, seconds: float) -> None:
        """The machine is suspended for a while: all but monotonic time goes on."""
        self._asleep += seconds

    def reboot(self) -> None:
        """The machine is started anew; nothing may still wait."""
        self._boots += 1
        self._booted_at = self.elapsed()

    def after_steps(self, number: int, action: Callable[[], object]) -> None:
        """Call `action` between the next `number` iterations of the event loop and those after."""
        self._alarm = (self._steps + number, action)

    def disarm(self) -> bool:
        """Forget the action of `after_steps`; True when it was still to come."""
        was_set, self._alarm = self._alarm is not None, None
        return was_set

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Time stands still for the block, because real threads work for it."""
        self._outside += 1
        try:
            yield
        finally:
            self._outside -= 1

    @contextmanager
    def driving(self, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Move time whenever `loop` would wait for nothing but time."""
        selector: Any = loop._selector  # type: ignore[attr-defined]  # where a loop waits
        really_select = selector.select

        def select(timeout: float | None = None) -> Any:
            self._step()
            busy = timeout is not None and timeout <= 0
            if busy or self._outside:
                return really_select(timeout)
            return really_select(0) or ([] if self._advance() else really_select(timeout))

        selector.select = select
        try:
            yield
        finally:
            del selector.select

    def _step(self) -> None:
        self._steps += 1
        if self._alarm is not None and self._steps >= self._alarm[0]:
            action = self._alarm[1]
            self._alarm = None
            action()

    def _advance(self) -> bool:
        """Move to the next moment for which somebody waits; False when nobody does."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        if not self._sleepers:
            return False
        due = self._sleepers[0][0]
        assert due < LONGEST, "Nothing but time passes any more."
        self._passed = due
        while self._sleepers and self._sleepers[0][0] <= due:
            alarm = heapq.heappop(self._sleepers)[2]
            if not alarm.done():
                alarm.set_result(None)
        return True
