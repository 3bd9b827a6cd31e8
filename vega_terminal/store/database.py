"""The open database: one connection that writes, one that reads."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from vega_terminal.clock import Clock
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.store.connections import connected, settings_for
from vega_terminal.store.engine_gate import JournalMode, Version
from vega_terminal.store.preparation import prepare
from vega_terminal.store.retry import BusyRetry
from vega_terminal.store.writer import Row, Writer, running_writer


class Database:
    """Runs single statements, each complete in itself.

    Attributes:
        path: of the file.
        journal_mode: in force on both connections.
    """

    def __init__(
        self, writer: Writer, reader: aiosqlite.Connection, retry: BusyRetry, journal_mode: JournalMode
    ) -> None:
        self.path = retry.path
        self.journal_mode = journal_mode
        self._writer = writer
        self._reader = reader
        self._retry = retry

    async def read(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Every row of `query`; the read is over when this returns, so it never holds up a writer.

        Raises:
            DatabaseLocked: somebody held the database during every attempt.
            StorageError: SQLite could not read.
        """

        async def attempt() -> list[Row]:
            return [tuple(row) for row in await self._reader.execute_fetchall(query, parameters)]

        self._writer.require_open()
        return await self._retry.run(attempt)

    async def write(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one writing statement through the one writer; see `Writer.write`."""
        return await self._writer.write(statement, parameters)


@asynccontextmanager
async def open_database(
    path: Path, clock: Clock, *, busy_attempts: int, version: Version = sqlite3.sqlite_version_info
) -> AsyncIterator[Database]:
    """Create or open the database at `path`; everything is closed when the block is left.

    Args:
        path: of the file; its folder is created when it is missing.
        clock: what pauses between attempts wait on.
        busy_attempts: how often a held database is tried.
        version: of the SQLite library; decides on the journal mode.

    Raises:
        DatabaseLocked: somebody held it during every attempt.
        StorageError: it cannot be used; the sentence says what to do.
    """
    retry = BusyRetry(path, clock, busy_attempts)
    # To the end: a cancelled caller must not leave a thread behind that still works on the file.
    mode = await retry.run(lambda: to_the_end(asyncio.to_thread(prepare, path, version)))
    async with (
        connected(path, settings_for(mode, read_only=False), retry) as writing,
        connected(path, settings_for(mode, read_only=True), retry) as reading,
        running_writer(writing, retry) as writer,
    ):
        yield Database(writer, reading, retry, mode)
