"""Turns SQLite's result codes into the product's errors, with what to do about each."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import DatabaseLocked, StorageError


class DatabaseBroken(StorageError):
    """The database cannot be used as it is open now; opening it anew may help."""


class DatabaseDamaged(DatabaseBroken):
    """The content is not whole, or it is no database at all."""


Trouble = (DatabaseLocked, DatabaseBroken)
"""What pauses an open database. Every other StorageError is a mistake in one statement."""

_PRIMARY_CODE: Final = 0xFF
_DAMAGE_CODES: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_DAMAGED: Final = (
    "It is damaged or no database. Start again: it is set aside whole and replaced by a new one."
)
_DISK: Final = "The disk reported an error. Check the drive and the system's log, then try again."
_CURES: Final = {
    sqlite3.SQLITE_FULL: "The disk is full. Free some space and try again.",
    sqlite3.SQLITE_IOERR: _DISK,
    sqlite3.SQLITE_READONLY: "It is write-protected. Give your user the right to write to it and its folder.",
    sqlite3.SQLITE_CANTOPEN: "It cannot be opened. Check that its folder exists and belongs to your user.",
    sqlite3.SQLITE_PERM: "Access was denied. Give your user the right to read and write it.",
    sqlite3.SQLITE_PROTOCOL: "Its lock cannot be agreed on. Put VEGA_DATA_DIR on a local disk.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_CLOSE_WHATEVER: Final = "Close what has it open (a database browser, a backup)"
_UNUSUAL: Final = "This should not happen. Restart; if it happens again, run `vega-auth doctor`."


def primary_code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None for an error of the Python module itself."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY_CODE


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds the database, so that trying again can help."""
    return primary_code(error) == sqlite3.SQLITE_BUSY


def is_damage(error: sqlite3.Error) -> bool:
    """Whether SQLite says that the file is damaged or no database."""
    return primary_code(error) in _DAMAGE_CODES


def storage_error(error: sqlite3.Error, path: Path) -> StorageError:
    """The error to raise for anything other than a held lock; branches on the code, never on the text."""
    code = primary_code(error)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    sentence = f"The database {path} cannot be used ({name}: {error})."
    if code is None or code not in _CURES:
        return StorageError(f"{sentence} {_UNUSUAL}")
    kind = DatabaseDamaged if is_damage(error) else DatabaseBroken
    return kind(f"{sentence} {_CURES[code]}")


def lost_connection(path: Path) -> DatabaseBroken:
    """The error to raise when a connection was closed under its users."""
    return DatabaseBroken(f"The connection to the database {path} was lost. It has to be opened anew.")


def locked_error(path: Path, attempts: int, holder: str | None = None) -> DatabaseLocked:
    """The error to raise when the lock was still held after the last attempt.

    Args:
        path: of the database.
        attempts: that found it held.
        holder: who holds it, as `name (process id)`, where that is known.
    """
    tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
    return DatabaseLocked(
        f"The database {path} is held by {holder or 'another program'} and was not released in {tries}."
        f" Nothing was written. {f'Close {holder}' if holder else _CLOSE_WHATEVER}, then try again.",
        holder,
    )
