"""The daily warm-up inside a process that lives on: terminal or server.

It looks at the clock again and again, in steps that are short beside a day, and asks each time whether a
warm-up is due and not made yet. So nothing is skipped or doubled when the machine sleeps, its clock is
changed or corrected, or the process is started anew.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from typing import Final, NoReturn

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.warmup import WarmUpRecord, WarmUpSchedule, WarmUpWindow
from vega_terminal.domain.warmup_wording import remarks
from vega_terminal.engine.calendar_desk import CalendarDesk
from vega_terminal.engine.ports.warmup import CalendarShelf, WarmUpRecords, WarmUpTurn
from vega_terminal.engine.warmup_host import WarmUpHost
from vega_terminal.engine.warmup_run import WarmUpRun

STEP_SECONDS: Final = 60.0
"""The longest time between two looks at the clock: how late a warm-up is after the machine woke up."""


class WarmUp:
    """Makes the warm-up of each day once, for as long as `run` runs."""

    def __init__(
        self,
        engine: WarmUpHost,
        shelf: CalendarShelf,
        records: WarmUpRecords,
        turn: WarmUpTurn,
        at: time,
        *,
        catches_up: bool,
    ) -> None:
        """Warm up `engine`.

        Args:
            engine: a started one.
            shelf: the calendars.
            records: what is remembered of the last warm-up, by all processes of the machine.
            turn: keeps them from warming up at once.
            at: the time, IST.
            catches_up: whether a warm-up that was missed before this process began is made up for. A server
                does; in a terminal a person is there, who decides.
        """
        self._engine = engine
        self._desk = CalendarDesk(engine, shelf)
        self._records = records
        self._turn = turn
        self._run = WarmUpRun(engine, records, stays=True)
        self._at = at
        self._catches_up = catches_up
        self._let_go: WarmUpWindow | None = None
        self._last: WarmUpRecord | None = None
        self._told = ""

    async def run(self) -> NoReturn:
        """Look at the clock until cancelled."""
        self._last = await self._records.last()
        if not self._catches_up:
            self._let_go = (await self._schedule()).open_at(self._engine.board.now())
        while True:
            try:
                await self._look()
            except StorageError as error:
                self._tell_once(f"The warm-up could not be made. {error}")
            await self._engine.clock.sleep(await self._pause())

    async def _look(self) -> None:
        """Make the warm-up if one is due; let the calendar follow."""
        await self._distrust_the_future()
        schedule, now = await self._schedule(), self._engine.board.now()
        if self._let_go is not None and now < self._let_go.due:
            self._let_go = None  # the clock was ahead when this process began; that warm-up is still to come
        window = schedule.open_at(now)
        if window is not None and not self._is_settled(window):
            await self._in_turn(window)
        await self._desk.ask_broker()

    def _is_settled(self, window: WarmUpWindow) -> bool:
        let_go = self._let_go is not None and self._let_go.day.day == window.day.day
        return let_go or (self._last is not None and self._last.serves(window))

    async def _in_turn(self, window: WarmUpWindow) -> None:
        """Make it, unless another process of this machine does or did."""
        async with self._turn.hold_if_free() as alone:
            if not alone:
                self._tell_once("Another VEGA process of this machine makes the warm-up.")
                return
            self._last = await self._records.last()
            if not self._is_settled(window):
                await self._make(window)

    async def _make(self, window: WarmUpWindow) -> None:
        known_through = (await self._desk.calendar()).known_through
        for remark in remarks(window, self._engine.board.now(), known_through):
            self._engine.board.say(remark)
        result = await self._run.make(window.due, window.until)
        self._last = WarmUpRecord.of(window.due, self._engine.board.now(), result)
        self._told = ""

    async def _distrust_the_future(self) -> None:
        """A warm-up of a day that has not come was made under a wrong clock; it counts for no day."""
        if self._last is not None and self._last.is_of_the_future(self._engine.board.now()):
            self._last = replace(self._last, due=None)
            await self._records.save(self._last)

    async def _schedule(self) -> WarmUpSchedule:
        return WarmUpSchedule(self._at, await self._desk.calendar())

    async def _pause(self) -> float:
        """Seconds to the next look: to the second when a warm-up is near."""
        now = self._engine.board.now()
        due = (await self._schedule()).next_after(now).due
        return min(STEP_SECONDS, max(0.05, (due - now).total_seconds()))

    def _tell_once(self, text: str) -> None:
        if text != self._told:
            self._told = text
            self._engine.board.say(text)
