"""The database from one opening to the next: one connection that writes, one that reads."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.store.sqlite.connections import connected, settings_for
from vega_terminal.store.sqlite.engine_gate import JournalMode
from vega_terminal.store.sqlite.errors import Trouble
from vega_terminal.store.sqlite.file_identity import FileIdentity, require_same
from vega_terminal.store.sqlite.lane import Lane
from vega_terminal.store.sqlite.retry import BusyRetry
from vega_terminal.store.sqlite.writer import Row, Writer, running

Pauses = Callable[[StorageError], bool]
"""Takes the first trouble of a session; answers whether the database is paused because of it."""
_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Connections:
    """What a session works with: the file as it was at the opening, and the two connections to it."""

    path: Path
    file: FileIdentity | None
    mode: JournalMode
    writing: Lane
    reading: Lane


class Session:
    """Two open connections. After the first trouble every read and write fails at once with the same error.

    Attributes:
        journal_mode: in force on both connections.
        trouble: what the session failed with first; it never recovers, a new one takes its place.
        writer: the one that writes.
    """

    def __init__(self, connections: Connections, retry: BusyRetry, pauses: Pauses) -> None:
        self.journal_mode = connections.mode
        self.trouble: StorageError | None = None
        self.writer = Writer(self._write)
        self._connections = connections
        self._retry = retry
        self._pauses = pauses
        self._stack = AsyncExitStack()

    async def read(self, query: str, parameters: Sequence[object]) -> list[Row]:
        """Every row of `query`; the read is over when this returns, so it never holds up a writer."""
        lanes = self._connections
        return await self._run(lambda: lanes.reading.run(query, parameters, lanes.writing))

    async def write(self, statement: str, parameters: Sequence[object]) -> list[Row]:
        """Queue one writing statement; see `Writer.write`."""
        self.require_usable()
        return await self.writer.write(statement, parameters)

    def require_usable(self) -> None:
        """Refuse work after trouble.

        Raises:
            StorageError: what it failed with first.
        """
        if self.trouble is not None:
            raise type(self.trouble)(*self.trouble.args) from self.trouble

    def retire(self, reason: StorageError) -> None:
        """Let nobody in any more; what is queued fails, too."""
        self.trouble = self.trouble or reason

    def owns(self, stack: AsyncExitStack) -> None:
        """Take over what has to be closed."""
        self._stack = stack

    async def close(self) -> None:
        """Finish what is queued, roll back whatever is open, close both connections, end their threads."""
        try:
            await self._stack.aclose()
        except sqlite3.Error as error:
            # Of no consequence: whoever opens the file next rolls back what was left open.
            _logger.warning("A connection to %s did not close cleanly: %s", self._connections.path, error)

    async def _write(self, statement: str, parameters: Sequence[object]) -> list[Row]:
        lanes = self._connections
        return await self._run(lambda: lanes.writing.run(statement, parameters, lanes.reading))

    async def _run(self, attempt: Callable[[], Awaitable[list[Row]]]) -> list[Row]:
        self.require_usable()
        try:
            # Before: SQLite would take the side files of the new database for those of the old one.
            self._require_same_file()
            rows = await self._retry.run(attempt)
            # After: nobody may rely on what only the old file says.
            self._require_same_file()
        except Trouble as error:
            self._note(error)
            raise
        return rows

    def _require_same_file(self) -> None:
        # Here and not on a thread: of a file that is open, on a local disk, the kernel knows it by heart,
        # and two threads more a statement would take far longer than the statement.
        require_same(self._connections.path, self._connections.file)

    def _note(self, error: StorageError) -> None:
        if self.trouble is None and self._pauses(error):
            self.trouble = error


async def open_session(path: Path, mode: JournalMode, retry: BusyRetry, pauses: Pauses) -> Session:
    """Open the database twice; when that fails or is cancelled, nothing stays open.

    Args:
        path: of the database; it must have been prepared.
        mode: that it is in.
        retry: what a held database is tried with.
        pauses: hears of the session's first trouble.

    Raises:
        DatabaseLocked: somebody held it during every attempt.
        StorageError: it cannot be opened, or a setting did not take.
    """
    async with AsyncExitStack() as stack:
        file = await asyncio.to_thread(FileIdentity.of, path)
        opened = [
            connected(path, settings_for(mode, read_only=read_only), retry) for read_only in (False, True)
        ]
        writing, reading = [Lane(await stack.enter_async_context(each), path) for each in opened]
        # It may have been replaced before the first connection was there.
        await asyncio.to_thread(require_same, path, file)
        session = Session(Connections(path, file, mode, writing, reading), retry, pauses)
        await stack.enter_async_context(running(session.writer))
        session.owns(stack.pop_all())
        return session
