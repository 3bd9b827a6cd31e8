"""Whoever holds the database is named from the kernel's table, and nobody else."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from vega_terminal.domain.errors import DatabaseLocked
from vega_terminal.store.opening import DATABASE_NAME
from vega_terminal.store.sqlite.lock_holder import KernelLock, find_holder, holder_in, parse_locks
from vega_terminal.store.sqlite.mounts import Mount, mount_of, parse_mount_table

from .support import foreign_lock, opened

pytestmark = pytest.mark.skipif(
    not Path("/proc/locks").exists(), reason="only Linux tells who holds a lock; elsewhere nobody is named"
)
TABLE = """\
1: POSIX  ADVISORY  WRITE 4711 fe:01:77 1073741824 1073742335
1: -> POSIX  ADVISORY  WRITE 4712 fe:01:77 1073741824 1073742335
2: FLOCK  ADVISORY  WRITE 4713 fe:01:77 0 EOF
3: OFDLCK ADVISORY  READ -1 00:0a:78 128 128
3: POSIX  ADVISORY  WRITE 4715 <none>:0 0 EOF
4: POSIX  ADVISORY  READ 4714 103:10:78 1073741826 1073742335
"""
MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
30 27 254:1 / /data\\040of\\040mine rw,relatime shared:1 - ext4 /dev/vda1 rw
cut off
"""


def database(folder: Path, mode: str = "DELETE") -> Path:
    path = folder / DATABASE_NAME
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute("CREATE TABLE t (a)")
    return path


def test_the_lock_table_is_read_with_its_hexadecimal_devices() -> None:
    assert list(parse_locks(TABLE)) == [
        KernelLock("WRITE", 4711, (os.makedev(0xFE, 0x01), 77), 1073741824),
        KernelLock("READ", 4714, (os.makedev(0x103, 0x10), 78), 1073741826),
    ]


def test_the_mount_table_is_read_with_its_escapes() -> None:
    assert list(parse_mount_table(MOUNTS)) == [
        Mount(Path("/proc"), "proc", os.makedev(0, 21)),
        Mount(Path("/data of mine"), "ext4", os.makedev(254, 1)),
    ]
    assert mount_of(Path("/proc/self")) == Mount(Path("/proc"), "proc", Path("/proc").stat().st_dev)


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize("kind", ["EXCLUSIVE", "IMMEDIATE"])
def test_a_writer_of_another_process_is_named(tmp_path: Path, kind: str, mode: str) -> None:
    path = database(tmp_path, mode)
    assert find_holder(path) is None
    with foreign_lock(tmp_path, kind) as holder:
        named = find_holder(path)
        assert named is not None
        assert named.startswith("python")
        assert named.endswith(f" (process {holder.pid})")
        holder.goes_on()
        assert holder.hears() == "free"
        assert find_holder(path) is None


def test_a_reader_keeps_a_writer_out_only_without_a_write_ahead_log(tmp_path: Path) -> None:
    path = database(tmp_path)
    with foreign_lock(tmp_path, "READ") as reader:
        assert f"(process {reader.pid})" in (find_holder(path) or "")
        with foreign_lock(tmp_path, "IMMEDIATE") as writer:
            assert f"(process {writer.pid})" in (find_holder(path) or "")


def test_whoever_only_has_a_write_ahead_log_open_holds_nothing(tmp_path: Path) -> None:
    path = database(tmp_path, "WAL")
    with foreign_lock(tmp_path, "READ"):
        assert find_holder(path) is None


def test_this_process_is_never_named(tmp_path: Path) -> None:
    path = database(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        locks = list(parse_locks(Path("/proc/locks").read_text(encoding="ascii")))
        assert holder_in(locks, path, own=0) == os.getpid()
        assert find_holder(path) is None


def test_a_missing_database_is_held_by_nobody(tmp_path: Path) -> None:
    assert find_holder(tmp_path / DATABASE_NAME) is None


async def test_the_refusal_tells_who_holds_it(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        with foreign_lock(tmp_path / "data") as other, pytest.raises(DatabaseLocked) as error:
            await store.tokens.load([])
        assert f"(process {other.pid})" in (error.value.holder or "")
        assert str(error.value.holder) in str(error.value)
