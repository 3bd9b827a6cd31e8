"""The open database: it pauses at the first trouble and can be opened anew."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.store.sqlite.engine_gate import JournalMode, Version
from vega_terminal.store.sqlite.opener import Opener
from vega_terminal.store.sqlite.session import Session
from vega_terminal.store.sqlite.writer import Row

T = TypeVar("T")


class Database:
    """Runs single statements, each complete in itself.

    While somebody watches, the first trouble pauses it: from then on every read and write fails at once
    with the same error, without touching SQLite, until `reopen` succeeds.

    Attributes:
        path: of the file.
    """

    def __init__(self, opener: Opener) -> None:
        self.path = opener.path
        self._opener = opener
        self._session: Session | None = None
        self._listeners: list[Callable[[StorageError], None]] = []
        self._one_at_a_time = asyncio.Lock()
        self._opening = False
        self._closed = False

    @property
    def journal_mode(self) -> JournalMode:
        """In force on both connections."""
        return self._present.journal_mode

    @property
    def _present(self) -> Session:
        if self._closed or self._session is None:
            raise StorageError("The store is closed; nothing is read or saved any more. Start again.")
        return self._session

    async def read(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Every row of `query`; the read is over when this returns, so it never holds up a writer.

        Raises:
            DatabaseLocked: somebody held the database during every attempt, or it is paused for that.
            StorageError: SQLite could not read, or it is paused.
        """
        return await self._present.read(query, parameters)

    async def write(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one writing statement through the one writer; returns the rows of its RETURNING clause.

        Cancelling the caller does not cancel the write.

        Raises:
            DatabaseLocked: somebody held the database during every attempt, or it is paused for that.
            StorageError: it could not be written, or it is paused. When whether a write took effect
                matters, read again once the database is back.
        """
        return await self._present.write(statement, parameters)

    def watch_trouble(self, listener: Callable[[StorageError], None]) -> None:
        """Tell `listener`, on the event loop, the error that pauses the database, once each time."""
        self._listeners.append(listener)

    async def open(self) -> None:
        """Open it for the first time.

        Raises:
            StorageError: it cannot be used.
        """
        self._session = await self._opener.open(self._pauses)

    async def reopen(self, afterwards: Callable[[], Awaitable[T]]) -> T:
        """Roll back, close, check, open again; then await `afterwards`, and resume.

        A caller that is cancelled is let go once it has ended, whichever way. Trouble on the way is
        raised and not told to the listeners.

        Args:
            afterwards: reads and writes what has to be in order before anybody else relies on it.

        Raises:
            StorageError: it cannot be used yet; it stays paused.
        """
        async with self._one_at_a_time:
            self._opening = True
            try:
                result = await to_the_end(self._open_anew(afterwards))
                self._present.require_usable()
            finally:
                self._opening = False
            return result

    async def close(self) -> None:
        """Finish what is queued and close both connections; may be repeated."""
        async with self._one_at_a_time:
            if not self._closed and self._session is not None:
                self._closed = True
                await self._session.close()

    async def _open_anew(self, afterwards: Callable[[], Awaitable[T]]) -> T:
        before = self._present
        before.retire(StorageError(f"The database {self.path} is being opened anew. Try again in a moment."))
        await before.close()
        self._session = await self._opener.open(self._pauses)
        try:
            return await afterwards()
        except StorageError as error:
            self._session.retire(error)
            raise

    def _pauses(self, error: StorageError) -> bool:
        if not self._opening:
            for listener in self._listeners:
                listener(error)
        return bool(self._listeners)


@asynccontextmanager
async def open_database(
    path: Path, clock: Clock, *, busy_attempts: int, version: Version = sqlite3.sqlite_version_info
) -> AsyncIterator[Database]:
    """Create or open the database at `path`; everything is closed when the block is left.

    Args:
        path: of the file; its folder is created when it is missing.
        clock: what pauses between attempts wait on; dates what is set aside.
        busy_attempts: how often a held database is tried.
        version: of the SQLite library; decides on the journal mode.

    Raises:
        DatabaseLocked: somebody held it during every attempt.
        StorageError: it cannot be used; the sentence says what to do.
    """
    async with opened_by(Opener(path, clock, busy_attempts=busy_attempts, version=version)) as database:
        yield database


@asynccontextmanager
async def opened_by(opener: Opener) -> AsyncIterator[Database]:
    """As `open_database`, for whoever wants to know what the opener met."""
    database = Database(opener)
    try:
        await database.open()
        yield database
    finally:
        await to_the_end(database.close())
