"""Why nobody may open the database as a file: whatever SQLite has locked in that process is unlocked.

POSIX locks of a process on a file end when any descriptor of that file is closed (howtocorrupt.html, 2.2).
Each experiment shows the loss first, so that the test can fail, then that the store does nothing like it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from vega_terminal.store.tables.schema import migrate

from .support import child

WAL, DELETE = "WAL", "DELETE"


def prepared(folder: Path, mode: str) -> Path:
    path = folder / "vega_trade.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        migrate(connection)
    path.chmod(0o600)
    return path


def insert(name: str) -> str:
    return f"INSERT INTO sign_ins (identity) VALUES ('{name}')"


def stored(path: Path) -> set[str]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return {row[0] for row in connection.execute("SELECT identity FROM sign_ins ORDER BY identity")}


@pytest.mark.parametrize(("way", "lost"), [("plain", True), ("not", False)])
def test_r1_a_plain_open_loses_every_later_commit(tmp_path: Path, way: str, *, lost: bool) -> None:
    path = prepared(tmp_path, WAL)
    with child("plain_open.py", path, way) as a:
        assert a.hears() == "open"
        assert a.answers(insert("first")) == "done"
        assert a.answers("look") == "done"
        assert stored(path) == {"first"}
        assert path.with_name(f"{path.name}-wal").exists() is not lost
        # Both are acknowledged.
        assert a.answers(insert("second")) == a.answers(insert("third")) == "done"
        seen = stored(path)
        a.goes_on("exit")
    after = stored(path)
    assert seen == after == ({"first"} if lost else {"first", "second", "third"})


@pytest.mark.parametrize("mode", [WAL, DELETE])
def test_r1_the_store_loses_nothing_whatever_it_does_with_the_file(tmp_path: Path, mode: str) -> None:
    path = prepared(tmp_path, DELETE)
    with child("plain_open.py", path, "house") as a:
        assert a.hears() == "open"
        assert a.answers(insert("first")) == "done"
        assert a.answers("look") == "done"
        assert a.answers(f"PRAGMA journal_mode = {mode}") == "done"
        assert a.answers("look_while_writing") == "done"
        assert stored(path) == {"first"}
        assert a.answers(insert("second")) == a.answers(insert("third")) == "done"
        assert stored(path) == {"first", "second", "third"}
        a.goes_on("exit")
    assert stored(path) == {"first", "second", "third"}


@pytest.mark.parametrize("mode", [WAL, DELETE])
@pytest.mark.parametrize(("way", "broken"), [("plain", True), ("not", False), ("house", False)])
def test_r2_a_plain_open_lets_another_process_write_into_a_transaction(
    tmp_path: Path, mode: str, way: str, *, broken: bool
) -> None:
    path = prepared(tmp_path, mode)
    with (
        child("plain_open.py", path, way) as a,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as b,
    ):
        assert a.hears() == "open"
        assert a.answers(insert("first")) == "done"
        b.execute("SELECT * FROM sign_ins").fetchall()
        assert a.answers("BEGIN IMMEDIATE") == "done"
        assert a.answers(insert("of a")) == "done"
        assert a.answers(f"look_while_writing {'-shm' if mode == WAL else ''}") == "done"
        if not broken:
            with pytest.raises(sqlite3.OperationalError) as caught:
                b.execute("BEGIN IMMEDIATE")
            assert caught.value.sqlite_errorcode == sqlite3.SQLITE_BUSY
        else:
            b.execute("BEGIN IMMEDIATE")
            b.execute(insert("of b"))
            b.execute("COMMIT")
        outcome = a.answers("COMMIT")
        a.goes_on("exit")
    assert outcome == ("SQLITE_IOERR_DELETE_NOENT" if broken and mode == DELETE else "done")
    # What b was told to be saved is gone.
    assert "of b" not in stored(path)
    assert broken or stored(path) == {"first", "of a"}
