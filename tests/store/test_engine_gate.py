"""Which SQLite may use WAL, and what a database file is put into."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from vega_terminal.domain.errors import StorageError
from vega_terminal.store.sqlite.connections import READ_BACK, require_in_force, settings_for
from vega_terminal.store.sqlite.database import open_database
from vega_terminal.store.sqlite.engine_gate import JournalMode, Version, has_safe_wal
from vega_terminal.store.sqlite.filesystem import is_network_type, is_on_network

from .support import ScriptedClock

SAFE: Version = (3, 53, 4)
UNSAFE: Version = (3, 50, 4)


@pytest.fixture
def local_folder(tmp_path: Path) -> Path:
    if is_on_network(tmp_path):
        pytest.skip(f"WAL CANNOT BE TRIED HERE: {tmp_path} is on a network file system")
    return tmp_path


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 1), False),
        ((3, 50, 4), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 1), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), False),
        ((3, 53, 4), True),
        ((3, 54, 1), True),
        ((4, 0, 0), True),
    ],
)
def test_only_versions_with_the_wal_fix_are_safe(version: Version, safe: bool) -> None:
    assert has_safe_wal(version) is safe


@pytest.mark.parametrize(
    ("version", "mode"), [(SAFE, JournalMode.WAL), (UNSAFE, JournalMode.DELETE)], ids=["safe", "unsafe"]
)
async def test_a_fresh_database_works_in_the_mode_of_its_engine(
    local_folder: Path, version: Version, mode: JournalMode
) -> None:
    clock = ScriptedClock()
    async with open_database(local_folder / "a.db", clock, busy_attempts=3, version=version) as database:
        assert database.journal_mode is mode
        await database.write("INSERT INTO meta VALUES ('a', 1)")
        assert await database.read("SELECT value FROM meta WHERE key = 'a'") == [(1,)]


@pytest.mark.parametrize(
    ("first", "then", "mode"),
    [
        (UNSAFE, SAFE, JournalMode.DELETE),
        (SAFE, UNSAFE, JournalMode.DELETE),
        (SAFE, SAFE, JournalMode.WAL),
    ],
    ids=["never promoted", "demoted", "stays"],
)
async def test_an_unsafe_engine_never_meets_wal(
    local_folder: Path, first: Version, then: Version, mode: JournalMode
) -> None:
    for version in (first, then):
        async with open_database(local_folder / "a.db", ScriptedClock(), busy_attempts=3, version=version):
            pass
    with closing(sqlite3.connect(local_folder / "a.db")) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == (mode.value,)


async def test_an_engine_without_the_needed_statements_is_refused_untouched(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"SQLite 3\.34\.1.*newer Python"):
        async with open_database(
            tmp_path / "data" / "a.db", ScriptedClock(), busy_attempts=3, version=(3, 34, 1)
        ):
            pytest.fail("opened")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("fstype", "network"),
    [
        ("ext4", False),
        ("apfs", False),
        ("fuseblk", False),
        ("tmpfs", False),
        ("nfs4", True),
        ("CIFS", True),
        ("9p", True),
        ("fuse.sshfs", True),
        ("fuse", True),
    ],
)
def test_file_systems_of_several_machines_are_told_by_type(fstype: str, network: bool) -> None:
    assert is_network_type(fstype) is network


def test_the_place_of_a_missing_file_is_that_of_its_folder() -> None:
    assert is_on_network(Path("/dev/shm/none/a.db")) is False


async def test_the_connections_hold_every_promise_and_the_reader_cannot_write(tmp_path: Path) -> None:
    async with open_database(tmp_path / "a.db", ScriptedClock(), busy_attempts=3) as database:
        settings = settings_for(database.journal_mode, read_only=True)
        assert dict(await database.read(READ_BACK)) == settings
        with pytest.raises(StorageError, match="SQLITE_READONLY"):
            await database.read("INSERT INTO meta VALUES ('a', 1)")
    assert (settings["synchronous"], settings["secure_delete"]) == (3, 1)


@pytest.mark.parametrize("found", [[("journal_mode", "wal")], []], ids=["another value", "no value"])
def test_a_setting_that_did_not_take_is_refused(found: list[tuple[str, int | str]]) -> None:
    with pytest.raises(StorageError, match=r"journal_mode is .*, not delete"):
        require_in_force({"journal_mode": "delete"}, found)
