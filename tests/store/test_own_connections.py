"""With a rollback journal the two connections of this process keep each other waiting on a slow disk."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pytest

from vega_terminal.domain.errors import DatabaseLocked
from vega_terminal.store.opening import DATABASE_NAME
from vega_terminal.store.sqlite import connections
from vega_terminal.store.sqlite.database import Database, open_database
from vega_terminal.store.sqlite.engine_gate import JournalMode
from vega_terminal.store.sqlite.errors import is_busy

from .support import ScriptedClock, foreign_lock

OLD_SQLITE: Final = (3, 51, 2)
"""One whose WAL is not to be trusted."""
ROWS: Final = 20_000
COUNT: Final = "SELECT count(*) FROM filler"
LONG_WRITE: Final = f"""
INSERT INTO filler
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
SELECT randomblob(4000) FROM n
"""
"""Far more than SQLite keeps in memory, so the file is locked for readers long before the commit."""
LONG_READ: Final = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000)
SELECT (SELECT count(*) FROM filler), count(*) FROM n
"""


@asynccontextmanager
async def impatient(folder: Path) -> AsyncIterator[Database]:
    """A database that tries once and waits for a lock as good as not at all."""
    path = folder / "data" / DATABASE_NAME
    with patch.dict(connections._FIXED, busy_timeout=1):
        async with open_database(path, ScriptedClock(), busy_attempts=1, version=OLD_SQLITE) as database:
            assert database.journal_mode is JournalMode.DELETE
            await database.write("CREATE TABLE filler (content BLOB NOT NULL) STRICT")
            assert await database.read(COUNT) == [(0,)]
            yield database


async def refused(folder: Path, statement: str) -> None:
    """Return once a stranger would be turned away with `statement`."""
    while True:
        with closing(
            sqlite3.connect(folder / "data" / DATABASE_NAME, timeout=0, isolation_level=None)
        ) as asks:
            try:
                asks.execute(statement).fetchall()
            except sqlite3.OperationalError as error:
                if is_busy(error):
                    return
                raise
        await asyncio.sleep(0)


async def test_a_read_waits_for_our_own_write(tmp_path: Path) -> None:
    async with impatient(tmp_path) as database:
        write = asyncio.create_task(database.write(LONG_WRITE))
        await refused(tmp_path, COUNT)
        assert await database.read(COUNT) == [(ROWS,)]
        await write


async def test_a_write_waits_for_our_own_read(tmp_path: Path) -> None:
    async with impatient(tmp_path) as database:
        read = asyncio.create_task(database.read(LONG_READ))
        await refused(tmp_path, "BEGIN EXCLUSIVE")
        await database.write("INSERT INTO filler VALUES (x'00')")
        assert await read == [(0, 2_000_000)]
        assert await database.read(COUNT) == [(1,)]


async def test_both_give_up_when_it_is_somebody_else(tmp_path: Path) -> None:
    async with impatient(tmp_path) as database:
        with foreign_lock(tmp_path / "data"):
            answers = await asyncio.gather(
                *(database.read(COUNT) for _ in range(5)),
                *(database.write("INSERT INTO filler VALUES (x'00')") for _ in range(5)),
                return_exceptions=True,
            )
        assert {type(answer) for answer in answers} == {DatabaseLocked}


async def test_a_read_that_began_before_the_lock_excuses_nobody(tmp_path: Path) -> None:
    """One that comes through while a stranger keeps writers out costs the writer no more than an attempt."""
    async with impatient(tmp_path) as database:
        with foreign_lock(tmp_path / "data", "IMMEDIATE"):
            read = asyncio.create_task(database.read(LONG_READ))
            with pytest.raises(DatabaseLocked):
                await database.write("INSERT INTO filler VALUES (x'00')")
            assert await read == [(0, 2_000_000)]
