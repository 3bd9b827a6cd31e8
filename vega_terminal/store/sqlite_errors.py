"""Turns SQLite's result codes into the product's errors, with what to do about each."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import DatabaseLocked, StorageError

_PRIMARY_CODE: Final = 0xFF
_DAMAGED: Final = (
    "The file is damaged or is no database. Move it away together with its -wal and -journal files,"
    " keep them, and start again: tokens can be generated anew."
)
_CURES: Final = {
    sqlite3.SQLITE_FULL: "The disk is full. Free some space and try again.",
    sqlite3.SQLITE_IOERR: "The disk reported an error. Check the drive and the system's log, then try again.",
    sqlite3.SQLITE_READONLY: "It is write-protected. Give your user the right to write to it and its folder.",
    sqlite3.SQLITE_CANTOPEN: "It cannot be opened. Check that its folder exists and belongs to your user.",
    sqlite3.SQLITE_PERM: "Access was denied. Give your user the right to read and write it.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}
_UNUSUAL: Final = "This should not happen. Restart; if it happens again, run `vega-auth doctor`."


def primary_code(error: sqlite3.Error) -> int | None:
    """SQLite's primary result code; None for an error of the Python module itself."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & _PRIMARY_CODE


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection holds the database, so that trying again can help."""
    return primary_code(error) == sqlite3.SQLITE_BUSY


def storage_error(error: sqlite3.Error, path: Path) -> StorageError:
    """The error to raise for anything other than a held lock; branches on the code, never on the text."""
    code = primary_code(error)
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    cure = _UNUSUAL if code is None else _CURES.get(code, _UNUSUAL)
    return StorageError(f"The database {path} cannot be used ({name}: {error}). {cure}")


def locked_error(path: Path, attempts: int) -> DatabaseLocked:
    """The error to raise when the lock was still held after the last attempt."""
    tries = "1 attempt" if attempts == 1 else f"{attempts} attempts"
    return DatabaseLocked(
        f"The database {path} is held by another program and was not released in {tries}."
        " Nothing was written. Close what has it open (a database browser, a backup), then try again."
    )
