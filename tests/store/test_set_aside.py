"""A damaged database is set aside whole, by exactly one process, and a new one holds what could be read."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from vega_terminal.domain.errors import DatabaseLocked, StorageError
from vega_terminal.store.opening import DATABASE_NAME
from vega_terminal.store.sqlite.custodian import SIDE_FILES, beside, swap
from vega_terminal.store.sqlite.engine_gate import JournalMode
from vega_terminal.store.sqlite.errors import DatabaseDamaged
from vega_terminal.store.sqlite.opener import Opener
from vega_terminal.store.sqlite.rebuild import rebuild
from vega_terminal.store.sqlite.session import Session

from .support import NOW, ScriptedClock, child, foreign_lock, opened, require_no_thread, slot, token

PAGE = 4096
CHANGE_COUNTER = 24  # in the header; SQLite trusts its cache while it stays the same
NAMES = ["PRIMARY", *(f"SLOT{number:03}" for number in range(120))]
SLOTS = [slot(name) for name in NAMES]
FAR_EPOCH = 5_000_000_000
STRACE = shutil.which("strace")
AUDIT = """
INSERT INTO audit SELECT value, printf('entry %060d', value), 1, 'then', 'VERDICT', 'trader', NULL, NULL,
    '{}', 'mac'
FROM json_each(?)
"""


def database(folder: Path) -> Path:
    return folder / "data" / DATABASE_NAME


async def fill(folder: Path) -> None:
    """Tokens, a cooldown and an audit trail; each table over several pages."""
    async with opened(folder) as store:
        for each in SLOTS:
            await store.tokens.save(token(each, epoch=FAR_EPOCH))
        await store.database.write(
            "INSERT INTO cooldowns (identity, label, until, reason, started_at) VALUES (?, ?, ?, ?, ?)",
            ("identity-1", "…3210", NOW.isoformat(), "429", NOW.isoformat()),
        )
        await store.database.write(AUDIT, (json.dumps(list(range(1, 200))),))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled store, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    asyncio.run(fill(folder))
    return folder


def root_page(path: Path, name: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        ((page,),) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)
        ).fetchall()
    return int(page)


def overwrite(path: Path, at: int, data: bytes) -> None:
    content = bytearray(path.read_bytes())
    content[at : at + len(data)] = data
    path.write_bytes(content)


def spoil_header(path: Path) -> None:
    overwrite(path, 0, b"no database here")


def spoil_index(path: Path) -> None:
    overwrite(path, (root_page(path, "sqlite_autoindex_audit_1") - 1) * PAGE + 8, b"\xff" * 8)


def spoil_leaf(path: Path) -> None:
    """One page somewhere in the middle of the tokens: the one with SLOT060 in it."""
    content = path.read_bytes()
    page = next(at for at in range(PAGE, len(content), PAGE) if b"SLOT060client-1" in content[at : at + PAGE])
    overwrite(path, page + 8, b"\xff" * 64)


def cut_off(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // PAGE * 2 // 3 * PAGE])


def replace_by_text(path: Path) -> None:
    path.write_text("no database at all\n" * 1000)


@pytest.mark.parametrize(
    ("spoil", "at_least"),
    [
        (spoil_header, len(NAMES)),
        (spoil_index, len(NAMES)),
        (spoil_leaf, len(NAMES) // 2),
        (cut_off, 0),
        (replace_by_text, 0),
    ],
)
async def test_what_can_be_read_is_saved_and_the_rest_is_kept_aside(
    tmp_path: Path, filled: Path, spoil: Callable[[Path], None], at_least: int
) -> None:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    path = database(tmp_path)
    spoil(path)
    before = path.read_bytes()
    notices: list[str] = []
    async with opened(tmp_path, notices=notices) as store:
        found = await store.tokens.load(SLOTS)
        (notice,) = notices
        aside = path.with_name(f"{DATABASE_NAME}.damaged-20261006T040000Z")
        assert f"set aside whole as {aside}" in notice
        assert "generate what is missing" in notice
        assert all(name in notice for name in found)
        assert len(found) >= at_least
        assert all(each.token == token(slot(name), FAR_EPOCH) for name, each in found.items())
        newer = await store.tokens.next_epoch()
        assert newer > FAR_EPOCH or not found
        assert await store.tokens.save(token(SLOTS[0], newer))
        audit = len(await store.database.read("SELECT seq FROM audit"))
    assert aside.read_bytes() == before
    assert {each.name for each in path.parent.iterdir()} == {
        *(DATABASE_NAME, f"{DATABASE_NAME}.repair.lock", aside.name)
    }
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}
    if at_least == len(NAMES):
        assert set(found) == set(NAMES)
        assert audit == 199
        assert "the cooldowns, the audit trail" in notice
    again: list[str] = []
    async with opened(tmp_path, notices=again):
        assert again == []
    require_no_thread()


async def test_a_row_that_does_not_open_is_left_out(tmp_path: Path, filled: Path) -> None:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    path = database(tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE tokens SET sealed = zeroblob(60) WHERE slot = 'PRIMARY'")
        connection.execute("UPDATE tokens SET epoch = ? WHERE slot = 'SLOT000'", (2**62,))
    spoil_header(path)
    notices: list[str] = []
    async with opened(tmp_path, notices=notices) as store:
        rows = await store.database.read("SELECT slot FROM tokens")
        assert {row[0] for row in rows} == set(NAMES) - {"PRIMARY", "SLOT000"}
        assert "PRIMARY" not in notices[0]
        assert await store.tokens.next_epoch() == FAR_EPOCH + 1


async def test_damage_met_while_it_is_open_is_repaired_on_reopening(tmp_path: Path, filled: Path) -> None:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    async with opened(tmp_path) as store:
        told: list[StorageError] = []
        store.recovery.watch_trouble(told.append)
        spoil_header(database(tmp_path))
        overwrite(database(tmp_path), CHANGE_COUNTER, b"\xff\xff")
        with pytest.raises(DatabaseDamaged):
            await store.tokens.load(SLOTS)
        finding = await store.recovery.reopen()
        assert finding is not None
        assert "set aside whole" in finding
        assert set(await store.tokens.load(SLOTS)) == set(NAMES)
        assert await store.recovery.reopen() is None
        assert len(told) == 1


async def test_three_processes_that_find_the_damage_at_once_set_it_aside_once(
    tmp_path: Path, filled: Path
) -> None:
    with ExitStack() as stack:
        children = [stack.enter_context(child("open_at_once.py", tmp_path)) for _ in range(3)]
        assert [each.hears() for each in children] == ["ready"] * 3
        for number in range(1):
            folder = tmp_path / str(number)
            shutil.copytree(filled, folder)
            spoil_header(database(folder))
            for each in children:
                each.goes_on()
            answers = [each.hears().split() for each in children]
            assert len({epoch for _, epoch in answers}) == 3
            assert len(list((folder / "data").glob("*damaged*"))) == 1
            async with opened(folder) as store:
                assert set(await store.tokens.load(SLOTS)) == set(NAMES)


async def test_who_has_it_open_while_another_sets_it_aside_loses_nothing(
    tmp_path: Path, filled: Path
) -> None:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    with child("use_store.py", tmp_path) as store:
        assert store.hears() == "open"
        spoil_index(database(tmp_path))
        async with opened(tmp_path):
            pass
        assert store.answers(f"save {FAR_EPOCH + 1}") == "DatabaseBroken - told=1"
        assert store.answers("reopen") == "None told=1"
        assert store.answers(f"save {FAR_EPOCH + 1}") == "True told=1"
    async with opened(tmp_path) as after:
        found = await after.tokens.load(SLOTS)
    assert set(found) == set(NAMES)
    assert found["PRIMARY"].token.epoch == FAR_EPOCH + 1


async def test_nobody_is_pushed_out_of_a_damaged_database(tmp_path: Path, filled: Path) -> None:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    path = database(tmp_path)
    damage = DatabaseDamaged("It is damaged.")
    version = sqlite3.sqlite_version_info
    with foreign_lock(tmp_path / "data", "READ") as reader:
        spoil_index(path)
        before = path.read_bytes()
        with pytest.raises(DatabaseLocked, match=rf"process {reader.pid}\)"):
            rebuild(path, version, NOW, damage)
    assert path.read_bytes() == before
    assert {each.name for each in path.parent.iterdir()} == {DATABASE_NAME, f"{DATABASE_NAME}.repair.lock"}


@pytest.mark.parametrize("kind", ["READ", "IMMEDIATE"])
async def test_with_a_write_ahead_log_only_a_writer_is_an_obstacle(
    tmp_path: Path, filled: Path, kind: str
) -> None:
    """Whoever has such a database open holds a lock all the time, also at rest."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    path = database(tmp_path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    with foreign_lock(tmp_path / "data", kind):
        with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.OperationalError), connection:
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("INSERT INTO sign_ins (identity) VALUES ('only in the log')")
        spoil_header(path)
        if kind == "IMMEDIATE":
            with pytest.raises(DatabaseLocked):
                rebuild(path, sqlite3.sqlite_version_info, NOW, DatabaseDamaged("It is damaged."))
            assert not list(path.parent.glob("*damaged*"))
            return
        rebuilt = rebuild(path, sqlite3.sqlite_version_info, NOW, DatabaseDamaged("It is damaged."))
        assert {beside(rebuilt.aside, suffix).exists() for suffix in ("", "-wal", "-shm")} == {True}
    assert set(rebuilt.salvaged.slots) == set(NAMES)
    assert rebuilt.salvaged.rows["sign_ins"] == 1


async def test_a_whole_database_is_never_replaced(tmp_path: Path, filled: Path) -> None:
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    path = database(tmp_path)
    before = path.read_bytes()
    with pytest.raises(StorageError, match="a copy of it is whole"):
        rebuild(path, sqlite3.sqlite_version_info, NOW, DatabaseDamaged("It looked damaged."))
    assert path.read_bytes() == before
    assert {each.name for each in path.parent.iterdir()} == {DATABASE_NAME, f"{DATABASE_NAME}.repair.lock"}


def test_every_side_file_goes_with_its_database(tmp_path: Path) -> None:
    path, new, aside = tmp_path / "db", tmp_path / "new", tmp_path / "aside"
    for suffix in ("", *SIDE_FILES):
        beside(path, suffix).write_text(f"old{suffix}")
    new.write_text("new")
    swap(path, new, aside)
    assert {each.name: each.read_text() for each in tmp_path.iterdir()} == {
        "db": "new",
        **{beside(aside, suffix).name: f"old{suffix}" for suffix in ("", *SIDE_FILES)},
    }


@pytest.mark.skipif(STRACE is None, reason="NOT TESTED: a crash within the repair. Install strace.")
async def test_a_repair_that_is_killed_at_any_change_of_a_name_is_finished_by_the_next_start(
    tmp_path: Path,
    filled: Path,
) -> None:
    assert STRACE is not None
    shutil.copytree(filled, tmp_path / "original")
    spoil_header(database(tmp_path / "original"))
    # Each process counts for itself: one change by the terminal, then five by the custodian: the database,
    # three side files, the new database.
    for number in (1, 2, 5):
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copytree(tmp_path / "original", folder / "0")
        calls = "/^rename"
        inject = f"inject={calls}:signal=SIGKILL:when={number}"
        under = (STRACE, "-f", "-o", "/dev/null", "-e", f"trace={calls}", "-e", inject)
        with child("open_at_once.py", folder, under=under) as killed:
            assert killed.hears() == "ready"
            assert killed.answers("") == ""
        async with opened(folder / "0") as store:
            assert set(await store.tokens.load(SLOTS)) == set(NAMES)
        assert len(list((folder / "0" / "data").glob("*damaged*"))) == 1
        assert not list((folder / "0" / "data").glob("*repair-*"))


async def test_a_rebuilt_database_has_no_write_ahead_log(tmp_path: Path) -> None:
    safe = (3, 51, 3)
    path = tmp_path / "data" / DATABASE_NAME
    opener = Opener(path, ScriptedClock(), busy_attempts=1, version=safe)

    async def mode_of_opening() -> JournalMode:
        session: Session = await opener.open(lambda _: False)
        await session.close()
        return session.journal_mode

    assert await mode_of_opening() is JournalMode.WAL
    spoil_header(path)
    assert await mode_of_opening() is JournalMode.DELETE
    assert opener.rebuilt is not None
    assert await mode_of_opening() is JournalMode.DELETE
