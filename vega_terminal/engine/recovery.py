"""The way back after database trouble: pause, reopen, replay, resume (seed 3 section 8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import DatabaseLocked, StorageError
from vega_terminal.domain.events import DatabaseChanged
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.engine.ports import RecoverableDatabase
from vega_terminal.engine.replay import TokenReplay
from vega_terminal.engine.status_board import StatusBoard

T = TypeVar("T")
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 5.0
"""Seconds between two attempts to open the database again: it doubles from the first to the longest."""


class DatabaseRecovery:
    """Begins by itself with the first failed read or write, and ends when everything held is saved.

    Meanwhile the database is paused: nothing waits for it, tokens go to the journal, the login goes on.
    """

    def __init__(
        self,
        database: RecoverableDatabase,
        replay: TokenReplay,
        board: StatusBoard,
        clock: Clock,
        *,
        attempts: int,
        patience: float,
    ) -> None:
        """Watch over `database`.

        Args:
            database: what has to come back.
            replay: carries over what is held.
            board: where it is told.
            clock: what pauses wait on.
            attempts: that a held lock has cost before it is told (`VEGA_DB_BUSY_ATTEMPTS`).
            patience: seconds that somebody who needs to read waits for the database.
        """
        self._database = database
        self._replay = replay
        self._board = board
        self._clock = clock
        self._first_attempts = attempts
        self._patience = patience
        self._attempts = 0
        self._again = False
        self._task: asyncio.Task[None] | None = None
        database.watch_trouble(self._begin)

    @property
    def under_way(self) -> bool:
        """Whether the database is out of use at the moment."""
        return self._task is not None and not self._task.done()

    async def patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do `work`; when the database fails, wait for it to come back and do it again, within the patience.

        Raises:
            StorageError: it did not come back in time, or something else than the database failed.
        """
        deadline = self._clock.monotonic() + self._patience
        while True:
            try:
                return await work()
            except StorageError:
                if not await self._back_before(deadline):
                    raise

    async def close(self) -> None:
        """Try no longer; what is held stays in the journal for the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _back_before(self, deadline: float) -> bool:
        task = self._task
        if task is None or task.done():
            return False
        timer = asyncio.ensure_future(self._clock.sleep(max(0.0, deadline - self._clock.monotonic())))
        try:
            await asyncio.wait({task, timer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
        return task.done()

    def _begin(self, error: StorageError) -> None:
        self._again = True
        if self.under_way:
            return
        self._attempts = self._first_attempts if isinstance(error, DatabaseLocked) else 1
        self._tell_trouble(error)
        self._task = asyncio.create_task(self._recover(), name="database recovery")

    async def _recover(self) -> None:
        pause = FIRST_PAUSE
        while True:
            await self._clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            self._attempts += 1
            try:
                await self._reopen_and_replay()
            except StorageError as error:
                self._tell_trouble(error)
            else:
                self._tell(DatabaseState.OK, "")
                return

    async def _reopen_and_replay(self) -> None:
        self._again = False
        finding = await self._database.reopen()
        if finding:
            self._board.say(finding)
        self._tell(DatabaseState.RECOVERING, "It is open again; what was held is being saved.")
        await self._replay.run()
        if self._again:
            # Somebody else's write failed meanwhile, and paused it once more.
            raise StorageError("The database failed again while what was held was being saved.")

    def _tell_trouble(self, error: StorageError) -> None:
        holder = error.holder if isinstance(error, DatabaseLocked) else None
        self._tell(_state_of(error), str(error), holder)

    def _tell(self, state: DatabaseState, detail: str, holder: str | None = None) -> None:
        before, pending = self._board.status.database, self._board.status.pending_persist
        again = state is not DatabaseState.OK and (before.state, before.detail) == (state, detail)
        self._board.publish(
            DatabaseChanged(self._board.now(), state, self._attempts, pending, detail, holder, again)
        )


def _state_of(error: StorageError) -> DatabaseState:
    return DatabaseState.LOCKED if isinstance(error, DatabaseLocked) else DatabaseState.UNAVAILABLE
