"""Trying again while another connection holds the database."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Final, TypeVar

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import DatabaseLocked
from vega_terminal.store.sqlite.errors import is_busy, locked_error, storage_error
from vega_terminal.store.sqlite.lock_holder import find_holder

T = TypeVar("T")
_FIRST_PAUSE: Final = 0.05
_JITTER: Final = SystemRandom()


@dataclass(frozen=True, slots=True)
class BusyRetry:
    """How often, and with which pauses, something is tried against a held database.

    Attributes:
        path: of the database, for the error.
        clock: what the pauses wait on.
        attempts: at least 1; then the database counts as locked (`VEGA_DB_BUSY_ATTEMPTS`).
    """

    path: Path
    clock: Clock
    attempts: int

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError("A database is tried at least once.")

    async def run(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Await `attempt()` until it does not fail with SQLITE_BUSY any more.

        Each attempt must leave nothing behind when it fails.

        Raises:
            DatabaseLocked: every attempt found the database held; says by whom where that is known.
            StorageError: any other failure of SQLite, at once.
        """
        number = 1
        while True:
            try:
                return await attempt()
            except sqlite3.Error as error:
                if not is_busy(error):
                    raise storage_error(error, self.path) from error
                if number == self.attempts:
                    raise await self._locked() from error
            await self.clock.sleep(_pause_after(number))
            number += 1

    async def _locked(self) -> DatabaseLocked:
        holder = await asyncio.to_thread(find_holder, self.path)
        return locked_error(self.path, self.attempts, holder)


def _pause_after(number: int) -> float:
    """Seconds before the next attempt: doubling, and never the same for two waiting processes."""
    return _FIRST_PAUSE * 2.0 ** (number - 1) * _JITTER.uniform(0.5, 1.5)
