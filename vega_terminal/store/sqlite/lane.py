"""One connection of two, each of which may find the database held by the other."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import aiosqlite

from vega_terminal.store.sqlite.connections import fetched
from vega_terminal.store.sqlite.errors import is_busy
from vega_terminal.store.sqlite.writer import Row


class Lane:
    """Runs the statements of one connection and knows which of them are under way.

    Attributes:
        connection: whose statements they are.
        completed: those that went well so far.
    """

    def __init__(self, connection: aiosqlite.Connection, path: Path) -> None:
        self.completed = 0
        self.connection = connection
        self._path = path
        self._under_way: set[asyncio.Future[None]] = set()

    async def run(self, statement: str, parameters: Sequence[object], other: Lane) -> list[Row]:
        """Every row of one statement; waits for as long as it is `other` that stands in the way.

        With a rollback journal a commit keeps readers out and a read keeps the commit waiting. On a disk
        that takes its time, that is longer than SQLite waits, and nobody else holds anything.

        Raises:
            sqlite3.Error: what SQLite reports; nothing changed. SQLITE_BUSY: somebody else holds it.
            DatabaseBroken: the connection is dead.
        """
        while True:
            before = other.completed
            try:
                return await self._once(statement, parameters)
            except sqlite3.Error as error:
                if not is_busy(error):
                    raise
                await other.rest()
                # Where it got nowhere either, neither of the two is what holds the other up.
                if other.completed == before:
                    raise

    async def rest(self) -> None:
        """Return when what is under way now is over, whichever way."""
        if self._under_way:
            await asyncio.wait(set(self._under_way))

    async def _once(self, statement: str, parameters: Sequence[object]) -> list[Row]:
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._under_way.add(over)
        try:
            rows = await fetched(self.connection, self._path, statement, parameters)
            self.completed += 1
        finally:
            self._under_way.remove(over)
            over.set_result(None)
        return rows
