"""Database, journal and key, in every state that a real file can be in; nothing of it is changed."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.doctor.ground import everything_in, finding, ground_in
from tests.store.support import NOW, foreign_lock, opened, slot, token
from vega_terminal.doctor.findings import Verdict
from vega_terminal.store.opening import DATABASE_NAME

WRITER = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("CREATE TABLE large (content)")
connection.executemany("INSERT INTO large VALUES (?)", [("x" * 4000,) for _ in range(500)])
os.kill(os.getpid(), signal.SIGKILL)
"""


async def make_store(folder: Path, *, stored: int = 1, held: int = 0) -> Path:
    """A store with tokens in the database and in the journal; the path of the database."""
    async with opened(folder) as store:
        for number in range(stored):
            assert await store.tokens.save(token(slot(f"SLOT{number}")))
        for number in range(held):
            await store.journal.hold(token(slot(f"HELD{number}")))
    return folder / "data" / DATABASE_NAME


def spoil(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement)


def cut_off(database: Path) -> None:
    """A writer that is killed after a part of its pages has reached the file."""
    writer = subprocess.run([sys.executable, "-c", WRITER, str(database)], check=False)
    assert writer.returncode == -signal.SIGKILL


async def test_a_whole_database_is_fine_and_nothing_is_changed_by_looking(tmp_path: Path) -> None:
    await make_store(tmp_path, held=1)
    before = everything_in(tmp_path)
    ground = ground_in(tmp_path)
    found = await finding("Database", ground)
    assert found.verdict is Verdict.OK
    assert "schema" in found.found
    for name in ("Journal", "Vault key", "Tokens", "Sign-ins", "Login lock", "Left-overs"):
        await finding(name, ground)
    assert everything_in(tmp_path) == before


async def test_without_a_database_there_is_nothing_to_mend_and_none_is_made(tmp_path: Path) -> None:
    ground = ground_in(tmp_path)
    for name in ("Database", "Journal", "Vault key", "Sign-ins"):
        assert (await finding(name, ground)).verdict is Verdict.OK
    assert everything_in(tmp_path) == {}


@pytest.mark.parametrize("kind", ["EXCLUSIVE", "IMMEDIATE"])
async def test_a_lock_of_another_process_is_a_warning_with_its_name(tmp_path: Path, kind: str) -> None:
    await make_store(tmp_path)
    with foreign_lock(tmp_path / "data", kind) as holder:
        found = await finding("Database", ground_in(tmp_path, VEGA_DB_BUSY_ATTEMPTS="1"))
        assert found.verdict is Verdict.WARN
        assert f"(process {holder.pid})" in found.found + found.cure


async def test_a_database_in_use_by_us_is_fine(tmp_path: Path) -> None:
    async with opened(tmp_path):
        assert (await finding("Database", ground_in(tmp_path))).verdict is Verdict.OK


async def test_a_database_in_wal_mode_is_read_and_not_written(tmp_path: Path) -> None:
    database = await make_store(tmp_path)
    spoil(database, "PRAGMA journal_mode = WAL")
    before = database.read_bytes()
    found = await finding("Database", ground_in(tmp_path))
    assert (found.verdict, database.read_bytes()) == (Verdict.OK, before)
    assert "wal" in found.found


async def test_a_damaged_database_fails_and_is_left_alone(tmp_path: Path) -> None:
    database = await make_store(tmp_path)
    data = bytearray(database.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    database.write_bytes(data)
    before = everything_in(tmp_path)
    found = await finding("Database", ground_in(tmp_path))
    assert (found.verdict, everything_in(tmp_path)) == (Verdict.FAIL, before)
    assert "damaged" in found.found
    assert (await finding("Sign-ins", ground_in(tmp_path))).verdict is Verdict.UNKNOWN


async def test_what_is_no_database_fails(tmp_path: Path) -> None:
    database = await make_store(tmp_path)
    database.write_bytes(b"these are the notes of somebody else" * 200)
    assert (await finding("Database", ground_in(tmp_path))).verdict is Verdict.FAIL


async def test_a_database_of_a_newer_version_fails(tmp_path: Path) -> None:
    spoil(await make_store(tmp_path), "PRAGMA user_version = 99")
    found = await finding("Database", ground_in(tmp_path))
    assert found.verdict is Verdict.FAIL
    assert "newer" in found.found


async def test_a_database_of_another_program_fails(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(0o700)
    spoil(tmp_path / "data" / DATABASE_NAME, "CREATE TABLE theirs (content)")
    found = await finding("Database", ground_in(tmp_path))
    assert found.verdict is Verdict.FAIL
    assert "another program" in found.found


async def test_a_write_that_was_cut_off_is_a_warning_and_is_not_touched(tmp_path: Path) -> None:
    database = await make_store(tmp_path)
    cut_off(database)
    before = everything_in(tmp_path)
    assert any(name.endswith("-journal") for name in before)
    found = await finding("Database", ground_in(tmp_path))
    assert (found.verdict, everything_in(tmp_path)) == (Verdict.WARN, before)
    assert "cut off" in found.found


async def test_tokens_that_wait_in_the_journal_are_counted(tmp_path: Path) -> None:
    await make_store(tmp_path, held=2)
    found = await finding("Journal", ground_in(tmp_path))
    assert found.verdict is Verdict.WARN
    assert "2 tokens" in found.found


async def test_a_damaged_journal_is_a_warning_and_is_left_for_the_next_start(tmp_path: Path) -> None:
    await make_store(tmp_path, held=2)
    journal = tmp_path / "data" / "pending.journal"
    data = bytearray(journal.read_bytes())
    data[len(data) // 2] ^= 0xFF
    journal.write_bytes(data)
    before = everything_in(tmp_path)
    found = await finding("Journal", ground_in(tmp_path))
    assert (found.verdict, everything_in(tmp_path)) == (Verdict.WARN, before)
    assert "cannot be read" in found.found


async def test_what_is_no_journal_fails(tmp_path: Path) -> None:
    await make_store(tmp_path)
    (tmp_path / "data" / "pending.journal").write_bytes(b"somebody's shopping list, eggs and milk" * 9)
    assert (await finding("Journal", ground_in(tmp_path))).verdict is Verdict.FAIL


async def test_an_empty_journal_is_fine(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.journal.strike([await store.journal.hold(token(slot()))])
    assert (await finding("Journal", ground_in(tmp_path))).verdict is Verdict.OK


async def test_the_key_is_named_and_proven_on_the_stored_tokens(tmp_path: Path) -> None:
    await make_store(tmp_path, stored=2)
    found = await finding("Vault key", ground_in(tmp_path))
    assert found.verdict is Verdict.OK
    assert "VEGA_KEY_FILE" in found.found
    assert "all 2 stored tokens" in found.found


async def test_a_token_that_does_not_open_is_a_warning(tmp_path: Path) -> None:
    spoil(await make_store(tmp_path), "UPDATE tokens SET slot = 'PRIMARY'")
    found = await finding("Vault key", ground_in(tmp_path))
    assert found.verdict is Verdict.WARN
    assert "PRIMARY" in found.found


async def test_a_token_that_does_not_open_is_not_asked_for_anew_before_failed_sign_ins_were_looked_at(
    tmp_path: Path,
) -> None:
    ground = ground_in(tmp_path, UPSTOX_MOBILE_NUMBER="9876543210")
    assert ground.roster is not None
    spoil(await make_store(tmp_path), "UPDATE tokens SET slot = 'PRIMARY'")
    assert (await finding("Vault key", ground)).cure == "Generate them anew: vega-auth refresh"
    async with opened(tmp_path) as store:
        for number in range(2):
            at = NOW + timedelta(minutes=number)
            await store.sign_ins.record_sign_in(ground.roster["PRIMARY"].identity.key, at)
    first, then = (await finding("Vault key", ground)).cure.splitlines()
    assert first.startswith("See what is said about the sign-ins first")
    assert then == "Then generate them anew: vega-auth refresh"


async def test_another_key_in_its_place_fails(tmp_path: Path) -> None:
    await make_store(tmp_path, held=1)
    async with opened(tmp_path / "elsewhere"):
        (tmp_path / "elsewhere" / "key").rename(tmp_path / "key")
    ground = ground_in(tmp_path)
    assert (await finding("Vault key", ground)).verdict is Verdict.FAIL
    assert (await finding("Journal", ground)).verdict is Verdict.UNKNOWN


async def test_a_key_that_others_can_read_fails_with_the_cure(tmp_path: Path) -> None:
    await make_store(tmp_path)
    (tmp_path / "key").chmod(0o644)
    found = await finding("Vault key", ground_in(tmp_path))
    assert found.verdict is Verdict.FAIL
    assert "chmod 600" in found.cure


async def test_a_key_that_is_gone_fails_and_none_is_made(tmp_path: Path) -> None:
    await make_store(tmp_path)
    (tmp_path / "key").unlink()
    assert (await finding("Vault key", ground_in(tmp_path))).verdict is Verdict.FAIL
    assert not (tmp_path / "key").exists()


async def test_whether_the_key_fits_is_unknown_while_the_database_is_held(tmp_path: Path) -> None:
    await make_store(tmp_path)
    with foreign_lock(tmp_path / "data"):
        found = await finding("Vault key", ground_in(tmp_path, VEGA_DB_BUSY_ATTEMPTS="1"))
    assert found.verdict is Verdict.UNKNOWN
    assert "VEGA_KEY_FILE" in found.found
