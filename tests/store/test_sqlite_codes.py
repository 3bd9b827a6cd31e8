"""What SQLite really reports when two connections meet, how long it takes, and what the store makes of it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from vega_terminal.domain.errors import StorageError
from vega_terminal.store.sqlite.errors import (
    DatabaseBroken,
    DatabaseDamaged,
    Trouble,
    is_busy,
    primary_code,
    storage_error,
)

TIMEOUT = 0.5
AT_ONCE = TIMEOUT * 0.8
INSERT = "INSERT INTO t VALUES (1)"
Pair = tuple[sqlite3.Connection, sqlite3.Connection]


def pair(path: Path, mode: str) -> Iterator[Pair]:
    with ExitStack() as stack:
        ours, theirs = (
            stack.enter_context(closing(sqlite3.connect(path, isolation_level=None, timeout=TIMEOUT)))
            for _ in range(2)
        )
        ours.execute(f"PRAGMA journal_mode = {mode}")
        ours.execute("CREATE TABLE t (a)")
        yield ours, theirs


@pytest.fixture
def wal(tmp_path: Path) -> Iterator[Pair]:
    yield from pair(tmp_path / "wal.db", "WAL")


@pytest.fixture
def rollback(tmp_path: Path) -> Iterator[Pair]:
    yield from pair(tmp_path / "rollback.db", "DELETE")


def failure(connection: sqlite3.Connection, statement: str) -> tuple[sqlite3.Error, float]:
    before = time.monotonic()
    with pytest.raises(sqlite3.Error) as caught:
        connection.execute(statement)
    return caught.value, time.monotonic() - before


def test_a_read_that_became_old_cannot_write_and_waiting_does_not_help(wal: Pair) -> None:
    ours, theirs = wal
    ours.execute("BEGIN")
    ours.execute("SELECT * FROM t").fetchall()
    theirs.execute(INSERT)
    error, elapsed = failure(ours, INSERT)
    assert error.sqlite_errorcode == sqlite3.SQLITE_BUSY_SNAPSHOT
    assert is_busy(error)
    assert elapsed < AT_ONCE
    assert ours.in_transaction


def test_a_held_lock_is_waited_for_and_leaves_no_transaction(wal: Pair) -> None:
    ours, theirs = wal
    theirs.execute("BEGIN IMMEDIATE")
    error, elapsed = failure(ours, "BEGIN IMMEDIATE")
    assert error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    assert elapsed >= TIMEOUT * 0.8
    assert not ours.in_transaction


def test_a_reader_stops_the_commit_and_it_can_be_repeated(rollback: Pair) -> None:
    ours, theirs = rollback
    theirs.execute(INSERT)
    theirs.execute("BEGIN")
    theirs.execute("SELECT * FROM t").fetchall()
    ours.execute("BEGIN IMMEDIATE")
    ours.execute(INSERT)
    error, elapsed = failure(ours, "COMMIT")
    assert error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    assert elapsed >= TIMEOUT * 0.8
    assert ours.in_transaction
    theirs.execute("ROLLBACK")
    ours.execute("COMMIT")


def test_a_reader_stops_a_single_statement_and_nothing_stays_open(rollback: Pair) -> None:
    ours, theirs = rollback
    theirs.execute("BEGIN")
    theirs.execute("SELECT * FROM t").fetchall()
    error, _ = failure(ours, INSERT)
    assert is_busy(error)
    assert not ours.in_transaction
    theirs.execute("ROLLBACK")
    assert ours.execute("SELECT count(*) FROM t").fetchall() == [(0,)]


def test_a_conflict_within_one_connection_is_our_own_mistake(wal: Pair) -> None:
    ours, _ = wal
    ours.executemany("INSERT INTO t VALUES (?)", [(1,), (2,)])
    reading = ours.execute("SELECT * FROM t")
    reading.fetchone()
    error, elapsed = failure(ours, "DROP TABLE t")
    assert primary_code(error) == sqlite3.SQLITE_LOCKED
    assert elapsed < AT_ONCE
    assert not is_busy(error)
    assert not isinstance(storage_error(error, Path("db")), Trouble)


def test_the_journal_mode_of_a_held_file_is_not_waited_for(rollback: Pair) -> None:
    ours, theirs = rollback
    theirs.execute("BEGIN IMMEDIATE")
    error, elapsed = failure(ours, "PRAGMA journal_mode = WAL")
    assert is_busy(error)
    assert elapsed < AT_ONCE


def reported(code: int) -> sqlite3.Error:
    """An error as the module would report this code."""
    error = sqlite3.OperationalError("reported")
    error.sqlite_errorcode = code
    error.sqlite_errorname = "SQLITE_X"
    return error


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, DatabaseBroken),
        (sqlite3.SQLITE_IOERR_FSYNC, DatabaseBroken),
        (sqlite3.SQLITE_IOERR_DIR_FSYNC, DatabaseBroken),
        (sqlite3.SQLITE_READONLY_DBMOVED, DatabaseBroken),
        (sqlite3.SQLITE_CANTOPEN, DatabaseBroken),
        (sqlite3.SQLITE_CORRUPT_INDEX, DatabaseDamaged),
        (sqlite3.SQLITE_NOTADB, DatabaseDamaged),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, StorageError),
        (sqlite3.SQLITE_ERROR, StorageError),
        (sqlite3.SQLITE_MISUSE, StorageError),
    ],
)
def test_each_code_has_its_kind(code: int, kind: type[StorageError]) -> None:
    assert type(storage_error(reported(code), Path("db"))) is kind


def test_an_error_of_the_module_itself_is_our_own_mistake() -> None:
    assert type(storage_error(sqlite3.ProgrammingError("bindings"), Path("db"))) is StorageError
