"""Cooldowns: the pause after the broker throttled an identity (seed 3 section 10)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.events import CooldownEnded, CooldownStarted
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import LoginIdentity
from vega_terminal.domain.status import Cooldown
from vega_terminal.domain.token import IST
from vega_terminal.engine.ports import CooldownStore
from vega_terminal.engine.status_board import StatusBoard


class CooldownManager:
    """Starts, restores and ends cooldowns; a deadline is stored, a remaining time never."""

    def __init__(self, store: CooldownStore, board: StatusBoard, clock: Clock, seconds: float) -> None:
        self._store = store
        self._board = board
        self._clock = clock
        self._seconds = seconds
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._on_record: dict[str, datetime] = {}
        self.on_end: Callable[[], Awaitable[None]] = _nothing

    def active(self, identity: str) -> Cooldown | None:
        """The running cooldown of an identity, if there is one."""
        now = self._board.now()
        for cooldown in self._board.status.cooldowns:
            if cooldown.identity == identity and cooldown.remaining(now):
                return cooldown
        return None

    def failure_for(self, identity: LoginIdentity) -> Failure | None:
        """Why this identity may not sign in now; None when it may."""
        cooldown = self.active(identity.key)
        if cooldown is None:
            return None
        until = cooldown.until.astimezone(IST)
        return Failure(
            FailureKind.COOLDOWN,
            f"The broker throttles sign-ins of {cooldown.label}."
            f" Nothing is tried before {until:%H:%M:%S} IST.",
        )

    async def start(self, identity: LoginIdentity, why: Failure) -> None:
        """Begin a cooldown: the broker's own number where it gave one, never less than the rule."""
        seconds = max(self._seconds, why.retry_after or 0.0)
        until = self._board.now() + timedelta(seconds=seconds)
        cooldown = Cooldown(identity.key, identity.label, until, why.message)
        self._on_record[identity.key] = until
        try:
            await self._store.save_cooldown(cooldown)
        except StorageError as error:
            text = f"The cooldown could not be saved and would not survive a restart. {error}"
            self._board.say(text)
        self._announce(cooldown)

    async def restore(self) -> None:
        """Take up what is on record and not known here: cooldowns of an earlier or of another process.

        Raises:
            StorageError: the database cannot be read.
        """
        for cooldown in await self._store.load_cooldowns():
            if self._on_record.get(cooldown.identity) != cooldown.until:
                self._on_record[cooldown.identity] = cooldown.until
                await self._take_up(cooldown)

    async def _take_up(self, cooldown: Cooldown) -> None:
        """Go on with it, or clear it when it is over; a clock that was set back cannot make it longer."""
        now = self._board.now()
        if cooldown.remaining(now) == 0:
            await self._store.clear_cooldown(cooldown.identity)
            return
        longest = now + timedelta(seconds=max(self._seconds, 3600.0))
        self._announce(replace(cooldown, until=min(cooldown.until, longest)))

    async def close(self) -> None:
        """Stop waiting; the stored deadlines stay."""
        timers = tuple(self._timers.values())
        for timer in timers:
            timer.cancel()
        if timers:
            await asyncio.wait(timers)

    def _announce(self, cooldown: Cooldown) -> None:
        self._board.publish(
            CooldownStarted(
                self._board.now(), cooldown.identity, cooldown.label, cooldown.until, cooldown.reason
            )
        )
        earlier = self._timers.pop(cooldown.identity, None)
        if earlier is not None:
            earlier.cancel()
        self._timers[cooldown.identity] = asyncio.create_task(self._end_in_time(cooldown))

    async def _end_in_time(self, cooldown: Cooldown) -> None:
        await self._until_over(cooldown)
        try:
            await self._store.clear_cooldown(cooldown.identity)
        except StorageError as error:
            self._board.say(f"The cooldown's record stays for now. {error}")
        self._board.publish(CooldownEnded(self._board.now(), cooldown.identity))
        await self.on_end()

    async def _until_over(self, cooldown: Cooldown) -> None:
        """Wait for the deadline; a clock that is set back meanwhile does not make the pause longer."""
        longest = self._clock.monotonic() + cooldown.remaining(self._board.now())
        while (remaining := float(cooldown.remaining(self._board.now()))) > 0:
            left = min(remaining, longest - self._clock.monotonic())
            if left <= 0:
                return
            await self._clock.sleep(min(left, 30.0))


async def _nothing() -> None:
    """Nobody wants to know."""
