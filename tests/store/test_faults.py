"""The system refuses in the middle of a life: the store pauses, and comes back once the fault is gone."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from vega_terminal.store.opening import DATABASE_NAME

from .support import child, opened, slot

STRACE = shutil.which("strace")


async def stored_epoch(folder: Path) -> int:
    async with opened(folder) as store:
        return (await store.tokens.load([slot()]))["PRIMARY"].token.epoch


@pytest.mark.parametrize(
    ("limit", "code"),
    [("fsize 0", "SQLITE_IOERR_WRITE"), ("nofile 0", "SQLITE_CANTOPEN")],
    ids=["file size", "descriptors"],
)
async def test_what_the_system_forbids_pauses_until_it_allows_it(
    tmp_path: Path, limit: str, code: str
) -> None:
    with child("use_store.py", tmp_path) as store:
        assert store.hears() == "open"
        assert store.answers("save 1") == "True told=0"
        store.answers(f"limit {limit}")
        assert store.answers("save 2") == f"DatabaseBroken {code} told=1"
        assert store.answers("load").endswith("told=1")
        assert store.answers("reopen") != "None told=1"
        store.answers("limit off")
        assert store.answers("save 3").startswith("DatabaseBroken")
        assert store.answers("reopen") == "None told=1"
        assert store.answers("load") == "1 told=1"
        assert store.answers("save 4") == "True told=1"
    assert await stored_epoch(tmp_path) == 4


@contextmanager
def fault_in(pid: int, *options: str) -> Iterator[None]:
    """Every matching call of a running process fails while the block lasts."""
    assert STRACE is not None
    command = [STRACE, "-f", "-p", str(pid), "-o", "/dev/null", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as tracer:
        assert tracer.stderr is not None
        assert "attached" in tracer.stderr.readline()
        try:
            yield
        finally:
            tracer.terminate()


@pytest.mark.skipif(STRACE is None, reason="NOT TESTED: disk full, disk errors, read-only. Install strace.")
@pytest.mark.parametrize(
    ("calls", "fault", "code"),
    [
        ("pwrite64", "ENOSPC", "DatabaseBroken SQLITE_FULL"),
        ("pwrite64", "EIO", "DatabaseBroken SQLITE_IOERR_WRITE"),
        ("fdatasync,fsync", "EIO", "DatabaseBroken SQLITE_IOERR_FSYNC"),
        ("pread64", "EIO", "DatabaseDamaged SQLITE_CORRUPT"),
        ("openat", "EROFS", "DatabaseBroken SQLITE_CANTOPEN"),
    ],
)
async def test_a_failing_disk_pauses_until_it_is_mended(
    tmp_path: Path, calls: str, fault: str, code: str
) -> None:
    path = tmp_path / "data" / DATABASE_NAME
    files = ("-P", str(path), "-P", f"{path}-journal")
    with child("use_store.py", tmp_path) as store:
        assert store.hears() == "open"
        assert store.answers("save 1") == "True told=0"
        with fault_in(store.pid, *files, "-e", f"trace={calls}", "-e", f"inject={calls}:error={fault}"):
            assert store.answers("save 2") == f"{code} told=1"
            assert store.answers("load").startswith("Database")
            assert store.answers("reopen").startswith("Database")
        assert store.answers("save 3").startswith("Database")
        assert store.answers("reopen") == "None told=1"
        assert store.answers("load") in {"1 told=1", "2 told=1"}
        assert store.answers("save 4") == "True told=1"
    assert await stored_epoch(tmp_path) == 4
    # A drive that does not answer is no damaged database.
    assert not list(path.parent.glob("*damaged*"))
