"""One connection to the database: its settings, set and read back, and its certain end."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

import aiosqlite

from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.store.sqlite.engine_gate import SYNCHRONOUS, JournalMode
from vega_terminal.store.sqlite.errors import lost_connection, storage_error
from vega_terminal.store.sqlite.retry import BusyRetry

BUSY_TIMEOUT_MS: Final = 250
"""How long one statement waits inside SQLite. Short: everything behind it on the connection waits too."""

_FIXED: Final[Mapping[str, int]] = {
    "busy_timeout": BUSY_TIMEOUT_MS,
    "secure_delete": 1,  # what is replaced is overwritten with zeros
    "foreign_keys": 1,
    "trusted_schema": 0,
    "fullfsync": 1,  # macOS flushes the drive only when asked; no effect elsewhere
    "checkpoint_fullfsync": 1,
}

READ_BACK: Final = """
SELECT 'journal_mode', journal_mode FROM pragma_journal_mode UNION ALL
SELECT 'synchronous', synchronous FROM pragma_synchronous UNION ALL
SELECT 'query_only', query_only FROM pragma_query_only UNION ALL
SELECT 'busy_timeout', timeout FROM pragma_busy_timeout UNION ALL
SELECT 'secure_delete', secure_delete FROM pragma_secure_delete UNION ALL
SELECT 'foreign_keys', foreign_keys FROM pragma_foreign_keys UNION ALL
SELECT 'trusted_schema', trusted_schema FROM pragma_trusted_schema UNION ALL
SELECT 'fullfsync', fullfsync FROM pragma_fullfsync UNION ALL
SELECT 'checkpoint_fullfsync', checkpoint_fullfsync FROM pragma_checkpoint_fullfsync
"""
"""Every setting as it really is, in rows of name and value."""

Settings = Mapping[str, int | str]


def settings_for(mode: JournalMode, *, read_only: bool) -> Settings:
    """Every setting of a connection, journal mode first; that one is only read, never set, here."""
    return {
        "journal_mode": mode.value,
        "synchronous": SYNCHRONOUS[mode].value,
        "query_only": int(read_only),
        **_FIXED,
    }


def connect_arguments(path: Path) -> dict[str, Any]:
    """How the file is opened: never created here, and every transaction explicit."""
    return {
        "database": f"{path.absolute().as_uri()}?mode=rw",
        "uri": True,
        "isolation_level": None,
        "timeout": BUSY_TIMEOUT_MS / 1000,
    }


def setting_script(settings: Settings) -> str:
    """The statements that put `settings` in force."""
    return "".join(f"PRAGMA {name} = {value};" for name, value in settings.items() if name != "journal_mode")


def require_in_force(settings: Settings, found: Iterable[tuple[str, int | str]]) -> None:
    """Check what `READ_BACK` found; SQLite ignores a setting it does not like without a word.

    Raises:
        StorageError: a setting did not take, so that the promises of the store do not hold.
    """
    actual = dict(found)
    wrong = {name: value for name, value in settings.items() if actual.get(name) != value}
    if wrong:
        details = ", ".join(f"{name} is {actual.get(name)}, not {value}" for name, value in wrong.items())
        raise StorageError(
            f"SQLite {sqlite3.sqlite_version} did not take its settings ({details}), so a saved token"
            " might not survive a power cut. Close other programs that use the database, then start again."
        )


@asynccontextmanager
async def connected(path: Path, settings: Settings, retry: BusyRetry) -> AsyncIterator[aiosqlite.Connection]:
    """An open connection with `settings` in force; closed, and its thread ended, when the block is left.

    Raises:
        DatabaseLocked: somebody held the database during every attempt.
        StorageError: it cannot be opened, or a setting did not take.
    """
    connection = aiosqlite.connect(**connect_arguments(path))
    try:
        # A cancelled connect would lose the native connection before anybody could close it.
        await to_the_end(_start(connection, path))
        await retry.run(partial(_configure, connection, settings))
        yield connection
    finally:
        await to_the_end(_end(connection))


async def fetched(
    connection: aiosqlite.Connection, path: Path, statement: str, parameters: Sequence[object]
) -> list[tuple[Any, ...]]:
    """Run one statement to its end, in a transaction of its own; a failed one leaves none open.

    Fetched to the last row, because the transaction of a RETURNING statement lasts until then.

    Raises:
        sqlite3.Error: what SQLite reports; nothing changed.
        DatabaseBroken: the connection is dead.
    """
    try:
        return [tuple(row) for row in await connection.execute_fetchall(statement, parameters)]
    except (sqlite3.Error, ValueError) as error:
        if not _is_alive(connection):
            raise lost_connection(path) from error
        await to_the_end(_roll_back(connection))
        raise


def _is_alive(connection: aiosqlite.Connection) -> bool:
    try:
        return connection.total_changes >= 0
    except (sqlite3.Error, ValueError):
        return False


async def _roll_back(connection: aiosqlite.Connection) -> None:
    if connection.in_transaction:
        await connection.rollback()


async def _end(connection: aiosqlite.Connection) -> None:
    try:
        if _is_alive(connection):
            with suppress(sqlite3.Error):  # closing rolls back as well
                await _roll_back(connection)
    finally:
        await connection.close()


async def _start(connection: aiosqlite.Connection, path: Path) -> None:
    try:
        await connection
    except sqlite3.Error as error:
        raise storage_error(error, path) from error


async def _configure(connection: aiosqlite.Connection, settings: Settings) -> None:
    async with connection.executescript(setting_script(settings)):
        rows = await connection.execute_fetchall(READ_BACK)
    require_in_force(settings, [(row[0], row[1]) for row in rows])
