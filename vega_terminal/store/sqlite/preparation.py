"""Makes the database file ready: private, ours, whole, in the right mode, and up to date.

Nothing here or elsewhere in the process may open the database file except SQLite itself: closing any
other descriptor of it drops all locks that SQLite holds on it, and later commits are lost
(sqlite.org/howtocorrupt.html, section 2.2).
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path
from typing import Final

from vega_terminal import private_files
from vega_terminal.domain.errors import StorageError
from vega_terminal.store.sqlite.connections import (
    READ_BACK,
    connect_arguments,
    require_in_force,
    setting_script,
    settings_for,
)
from vega_terminal.store.sqlite.engine_gate import JournalMode, Version, has_safe_wal
from vega_terminal.store.sqlite.errors import DatabaseBroken, DatabaseDamaged, is_damage
from vega_terminal.store.sqlite.filesystem import is_on_network
from vega_terminal.store.tables.schema import is_fresh, migrate

_PRIVATE_FILE: Final = 0o600
_creating: Final = threading.Lock()


def make_folder(folder: Path) -> None:
    """Create the data folder, 0700; blocks.

    Raises:
        StorageError: it is missing and cannot be made.
    """
    try:
        private_files.make_folder(folder)
    except OSError as error:
        raise unusable_folder(folder, error) from error


def make_private(path: Path) -> None:
    """Create the database file, 0600, or take rights away from an existing one; blocks.

    SQLite gives its journal files the rights of the database file.

    Raises:
        StorageError: the folder or the file is not ours to write.
    """
    # Within this process nobody may use the new file before its first descriptor is closed again.
    with _creating:
        try:
            flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC
            os.close(os.open(path, flags, _PRIVATE_FILE))
        except FileExistsError:
            _take_rights_away(path)
        except OSError as error:
            raise unusable_folder(path.parent, error) from error


def unusable_folder(folder: Path, error: OSError) -> StorageError:
    """The error to raise when the system does not let us work in the data folder."""
    return DatabaseBroken(
        f"The data folder {folder} cannot be used ({error.strerror or error})."
        " Give your user the right to write there, or set VEGA_DATA_DIR to another folder."
    )


def prepare(path: Path, version: Version, *, wal_allowed: bool = True) -> JournalMode:
    """Check an existing database file and bring it up to date; blocks, so it belongs on a thread.

    May be repeated, and run by several processes at once.

    Args:
        path: of the database file; an empty one becomes a database.
        version: of the SQLite library.
        wal_allowed: whether a fresh one may use the write-ahead log where that is safe.

    Returns:
        The journal mode that the file is in.

    Raises:
        sqlite3.Error: what SQLite reports, SQLITE_BUSY among it.
        DatabaseDamaged: the content is not whole, or no database.
        StorageError: the content is not ours, or a setting did not take.
    """
    try:
        with closing(sqlite3.connect(**connect_arguments(path))) as connection:
            fresh = is_fresh(connection, path) and wal_allowed
            # Before anything is changed in it: what is damaged is set aside as it is.
            _require_whole(connection, path)
            mode = _settle_journal_mode(connection, path, version, fresh=fresh)
            settings = settings_for(mode, read_only=False)
            connection.executescript(setting_script(settings))
            require_in_force(settings, connection.execute(READ_BACK))
            migrate(connection)
    except sqlite3.Error as error:
        if is_damage(error):
            raise DatabaseDamaged(f"The database {path} is damaged or no database ({error}).") from error
        raise
    return mode


def _take_rights_away(path: Path) -> None:
    try:
        if stat.S_IMODE(path.stat().st_mode) != _PRIVATE_FILE:
            path.chmod(_PRIVATE_FILE)
    except OSError as error:
        raise unusable_folder(path.parent, error) from error


def _settle_journal_mode(
    connection: sqlite3.Connection, path: Path, version: Version, *, fresh: bool
) -> JournalMode:
    """Put the file in the mode that fits this SQLite and this place.

    Only a fresh file becomes a WAL one: another process with an unsafe SQLite that has an older file
    open would follow it into WAL without knowing.
    """
    current = _single(connection, "PRAGMA journal_mode")
    candidate = has_safe_wal(version) and (fresh or current == JournalMode.WAL)
    wanted = JournalMode.WAL if candidate and not is_on_network(path) else JournalMode.DELETE
    if wanted != current:
        _single(connection, f"PRAGMA journal_mode = {wanted.value}")
    return wanted


def _require_whole(connection: sqlite3.Connection, path: Path) -> None:
    # The full check, not quick_check: the damage of an unsafe WAL shows in the indexes.
    finding = " ".join(_single(connection, "PRAGMA integrity_check(1)").split())
    if finding != "ok":
        raise DatabaseDamaged(f"The database {path} is damaged ({finding}).")


def _single(connection: sqlite3.Connection, query: str) -> str:
    ((value,),) = connection.execute(query).fetchall()
    return str(value)
