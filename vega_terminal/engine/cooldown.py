"""Cooldowns: the pause after the broker throttled an identity (seed 3 section 10)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.events import CooldownEnded, CooldownStarted
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import LoginIdentity
from vega_terminal.domain.status import Cooldown
from vega_terminal.domain.token import IST
from vega_terminal.engine.cooldown_span import TOLERANCE, ending_in, seconds_left
from vega_terminal.engine.ports import CooldownRecord, CooldownStore
from vega_terminal.engine.status_board import StatusBoard

LOOK_SECONDS: Final = 1.0
"""How often a running cooldown compares the wall clock with the uptime."""
SHORTEST_SLEEP: Final = 0.001


@dataclass(slots=True)
class _Running:
    """A cooldown in force: as it was announced last, and the uptime at which it ends."""

    shown: Cooldown
    record: CooldownRecord
    ends_at: float


class CooldownManager:
    """Starts, restores and ends cooldowns. Uptime measures them; the wall clock only shows them."""

    def __init__(self, store: CooldownStore, board: StatusBoard, clock: Clock, seconds: float) -> None:
        """Keep cooldowns of `seconds` in `store`, and tell of them on `board`."""
        self._store = store
        self._board = board
        self._clock = clock
        self._seconds = seconds
        self._running: dict[str, _Running] = {}
        self._provisional: dict[str, CooldownRecord] = {}
        self._timers: dict[str, asyncio.Task[None]] = {}
        self.on_end: Callable[[], Awaitable[None]] = _nothing

    def active(self, identity: str) -> Cooldown | None:
        """The running cooldown of an identity, if there is one."""
        running = self._running.get(identity)
        return running.shown if running is not None and self._left(running) > 0 else None

    def failure_for(self, identity: LoginIdentity) -> Failure | None:
        """Why this identity may not sign in now; None when it may."""
        cooldown = self.active(identity.key)
        if cooldown is None:
            return None
        until = cooldown.until.astimezone(IST)
        return Failure(
            FailureKind.COOLDOWN,
            f"Nothing signs in as {cooldown.label} before {until:%H:%M:%S} IST. {cooldown.reason}",
        )

    async def start(self, identity: LoginIdentity, why: Failure) -> None:
        """Begin a cooldown: the broker's own number where it gave one, never less than the rule.

        It takes the place of the identity's provisional one. One in force that lasts longer stays.
        """
        seconds = max(self._seconds, why.retry_after or 0.0)
        running = self._running.get(identity.key)
        if running is not None and self._left(running) >= seconds:
            return
        record = self._record(identity, seconds, why.message)
        await self._save(record)
        self._provisional.pop(identity.key, None)
        self._begin(record, seconds, again=False)

    async def brace(self, identity: LoginIdentity) -> None:
        """Write down, before a click whose outcome nobody knows, the cooldown that a crash would leave.

        Raises:
            StorageError: it could not be written; the click must not be made.
        """
        began = self._board.now().astimezone(IST)
        reason = (
            f"A sign-in of {identity.label} was cut off at {began:%H:%M} IST; its outcome is unknown, and a"
            " second one too early fails silently."
        )
        record = replace(self._record(identity, self._seconds, reason), provisional=True)
        await self._store.save_cooldown(record)
        self._provisional[identity.key] = record

    async def relax(self, identity: LoginIdentity) -> None:
        """The outcome is known and was no throttling: clear what `brace` wrote, if it is still there."""
        record = self._provisional.pop(identity.key, None)
        if record is None:
            return
        try:
            await self._store.clear_cooldown(record)
        except StorageError as error:
            self._board.say(f"The record of a sign-in stays and may look like a cooldown later. {error}")

    async def restore(self, *, alone: bool) -> bool:
        """Take up what is on record and not known here: cooldowns of an earlier or of another process.

        Args:
            alone: whether this process holds the machine's login. Only then is the writer of a provisional
                one known to be dead, and its sign-in cut off.

        Returns:
            Whether all was taken up; False when provisional ones were left aside.

        Raises:
            StorageError: the database cannot be read.
        """
        complete = True
        for record in await self._store.load_cooldowns():
            if record.provisional and not alone:
                complete = False
            elif self._provisional.get(record.cooldown.identity) != record:
                await self._take_up(record)
        return complete

    async def close(self) -> None:
        """Stop waiting; the stored deadlines stay."""
        timers = tuple(self._timers.values())
        for timer in timers:
            timer.cancel()
        if timers:
            await asyncio.wait(timers)

    async def _take_up(self, record: CooldownRecord) -> None:
        """Go on with it, or clear it when it is over."""
        left = seconds_left(record, self._clock)
        if left == 0:
            await self._store.clear_cooldown(record)
            return
        running = self._running.get(record.cooldown.identity)
        if running is not None and self._left(running) + TOLERANCE >= left:
            return
        cut_off = record.provisional
        if cut_off:
            record = replace(record, provisional=False)
            await self._save(record)
        self._begin(record, left, again=not cut_off)

    def _record(self, identity: LoginIdentity, seconds: float, reason: str) -> CooldownRecord:
        now = self._board.now()
        cooldown = Cooldown(identity.key, identity.label, now + timedelta(seconds=seconds), reason)
        return CooldownRecord(cooldown, now, self._clock.boot_id(), self._clock.uptime())

    async def _save(self, record: CooldownRecord) -> None:
        try:
            await self._store.save_cooldown(record)
        except StorageError as error:
            text = f"The cooldown could not be saved and would not survive a restart. {error}"
            self._board.say(text)

    def _begin(self, record: CooldownRecord, left: float, *, again: bool) -> None:
        identity = record.cooldown.identity
        shown = ending_in(record.cooldown, left, self._clock)
        running = _Running(shown, record, self._clock.uptime() + left)
        self._running[identity] = running
        self._announce(shown, again=again)
        earlier = self._timers.pop(identity, None)
        if earlier is not None:
            earlier.cancel()
        self._timers[identity] = asyncio.create_task(self._end_in_time(running), name="cooldown")

    def _announce(self, shown: Cooldown, *, again: bool) -> None:
        self._board.publish(
            CooldownStarted(
                self._board.now(), shown.identity, shown.label, shown.until, shown.reason, again=again
            )
        )

    def _left(self, running: _Running) -> float:
        return max(0.0, running.ends_at - self._clock.uptime())

    async def _end_in_time(self, running: _Running) -> None:
        while (left := self._left(running)) > 0:
            self._correct(running, left)
            await self._clock.sleep(max(min(left, LOOK_SECONDS), SHORTEST_SLEEP))
        identity = running.record.cooldown.identity
        try:
            await self._store.clear_cooldown(running.record)
        except StorageError as error:
            self._board.say(f"The cooldown's record stays for now. {error}")
        del self._running[identity]
        self._board.publish(CooldownEnded(self._board.now(), identity))
        await self.on_end()

    def _correct(self, running: _Running, left: float) -> None:
        """Announce the deadline anew when somebody changed the clock, so that every countdown is right."""
        shown = ending_in(running.shown, left, self._clock)
        if shown is not running.shown:
            running.shown = shown
            self._announce(shown, again=True)


async def _nothing() -> None:
    """Nobody wants to know."""
