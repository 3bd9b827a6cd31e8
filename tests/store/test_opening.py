"""The database file: created private, by several at once, and refused when it is not ours or not whole."""

from __future__ import annotations

import base64
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest

from vega_terminal.domain.errors import StorageError, VaultError
from vega_terminal.store.opening import DATABASE_NAME
from vega_terminal.store.sqlite.database import open_database, opened_by
from vega_terminal.store.sqlite.opener import Opener
from vega_terminal.store.tables.schema import APPLICATION_ID, LATEST, is_fresh, migrate

from .support import ScriptedClock, child, opened, require_no_thread, slot, token

ROUNDS = 10


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
async def test_everything_created_is_private_whatever_the_umask(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.tokens.save(token(slot()))
        assert rights(tmp_path / "data") == 0o700
        assert {rights(path) for path in (tmp_path / "data").iterdir()} == {0o600}
        assert rights(tmp_path / "key") == 0o600


@pytest.mark.usefixtures("open_umask")
async def test_a_database_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    async with opened(tmp_path):
        pass
    (tmp_path / "data" / DATABASE_NAME).chmod(0o644)
    async with opened(tmp_path):
        assert rights(tmp_path / "data" / DATABASE_NAME) == 0o600


def test_three_processes_that_start_at_once_share_one_database_and_one_key(tmp_path: Path) -> None:
    with ExitStack() as stack:
        children = [stack.enter_context(child("open_at_once.py", tmp_path)) for _ in range(3)]
        assert [each.hears() for each in children] == ["ready"] * 3
        for _ in range(ROUNDS):
            for each in children:
                each.goes_on()
            answers = [each.hears().split() for each in children]
            assert len({key for key, _ in answers}) == 1
            assert len({epoch for _, epoch in answers}) == 3


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def make_newer(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {LATEST + 1}")
    connection.execute("CREATE TABLE of_tomorrow (a)")


def make_foreign(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE tokens (of_another_program)")


@pytest.mark.parametrize("damaged", [False, True])
@pytest.mark.parametrize(
    ("make", "sentence"),
    [(make_newer, "newer VEGA Terminal.*Install the newer version"), (make_foreign, "another program")],
)
async def test_a_database_that_is_not_ours_is_left_untouched(
    tmp_path: Path, make: Callable[[sqlite3.Connection], None], sentence: str, *, damaged: bool
) -> None:
    path = tmp_path / "data" / DATABASE_NAME
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        make(connection)
        connection.commit()
    if damaged:
        content = path.read_bytes()
        path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    before = path.read_bytes()
    with pytest.raises(StorageError, match=sentence):
        async with opened(tmp_path):
            pytest.fail("opened")
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [DATABASE_NAME]
    assert not (tmp_path / "key").exists()


async def test_another_key_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await store.tokens.save(token(slot()))
    (tmp_path / "key").unlink()
    (tmp_path / "key").write_text(base64.b64encode(bytes(32)).decode())
    (tmp_path / "key").chmod(0o600)
    before = (tmp_path / "data" / DATABASE_NAME).read_bytes()
    with pytest.raises(VaultError, match="Put that key back"):
        async with opened(tmp_path):
            pytest.fail("opened")
    assert (tmp_path / "data" / DATABASE_NAME).read_bytes() == before


async def test_a_folder_that_cannot_be_made_is_named_with_the_cure(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match=r"data folder .*VEGA_DATA_DIR"):
        async with opened(tmp_path):
            pytest.fail("opened")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that even root cannot write")
async def test_a_folder_that_cannot_be_written_is_named_with_the_cure() -> None:
    place = Path("/proc/self/fdinfo") / DATABASE_NAME
    with pytest.raises(StorageError, match=r"data folder /proc/self/fdinfo .*right to write.*VEGA_DATA_DIR"):
        async with open_database(place, ScriptedClock(), busy_attempts=1):
            pytest.fail("opened")


@pytest.mark.parametrize("fstype", ["nfs4", "cifs", "9p", "fuse.sshfs"])
async def test_a_network_drive_is_refused_before_anything_is_touched(tmp_path: Path, fstype: str) -> None:
    asked: list[Path] = []

    def type_of(folder: Path) -> str:
        asked.append(folder)
        return fstype

    opener = Opener(tmp_path / "new" / DATABASE_NAME, ScriptedClock(), busy_attempts=1, type_of=type_of)
    with pytest.raises(StorageError, match=f"network drive \\({fstype}\\).*VEGA_DATA_DIR on a local disk"):
        async with opened_by(opener):
            pytest.fail("opened")
    assert asked == [tmp_path / "new"]
    assert names_in(tmp_path) == set()


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        pass
    with pytest.raises(StorageError, match="closed"):
        await store.tokens.save(token(slot()))
    with pytest.raises(StorageError, match="closed"):
        await store.tokens.load([slot()])
    require_no_thread()


def test_what_a_file_is_can_be_told_while_another_process_creates_it(tmp_path: Path) -> None:
    path = tmp_path / DATABASE_NAME
    with ExitStack() as stack:
        ours, others = (
            stack.enter_context(closing(sqlite3.connect(path, isolation_level=None, timeout=0)))
            for _ in range(2)
        )

        def create_meanwhile(statement: str) -> None:
            if "user_version" in statement:
                with suppress(sqlite3.OperationalError):
                    migrate(others)

        ours.set_trace_callback(create_meanwhile)
        assert is_fresh(ours, path)
        ours.set_trace_callback(None)
        migrate(others)
        assert not is_fresh(ours, path)
