"""The file system of this machine, as the journal asks for it."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

import pytest

from vega_terminal.store.journal import file_ops
from vega_terminal.store.journal.file_ops import OsFileOps

F_FULLFSYNC = 51
"""As macOS numbers it."""


@pytest.fixture
def flushes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a macOS kernel would be asked; it refuses with the errno that the list holds last, if any."""
    asked: list[str] = []

    def control(descriptor: int, command: int) -> int:
        asked.append("F_FULLFSYNC" if command == F_FULLFSYNC else "?")
        if asked[0].isdigit():
            raise OSError(int(asked[0]), os.strerror(int(asked[0])))
        return 0

    monkeypatch.setattr(file_ops, "_FULL_FSYNC", F_FULLFSYNC)
    monkeypatch.setattr(fcntl, "fcntl", control)
    monkeypatch.setattr(os, "fsync", lambda descriptor: asked.append("fsync"))
    return asked


def flush(folder: Path) -> None:
    descriptor = OsFileOps().create(folder / "file")
    OsFileOps().fsync(descriptor)
    OsFileOps().close(descriptor)


def test_on_macos_the_flush_goes_through_the_cache_of_the_drive(tmp_path: Path, flushes: list[str]) -> None:
    flush(tmp_path)
    OsFileOps().fsync_dir(tmp_path)
    assert flushes == ["F_FULLFSYNC", "F_FULLFSYNC"]


def test_where_the_file_system_cannot_it_is_a_plain_flush(tmp_path: Path, flushes: list[str]) -> None:
    flushes.append(str(errno.ENOTSUP))
    flush(tmp_path)
    assert flushes[1:] == ["F_FULLFSYNC", "fsync"]


def test_a_flush_that_failed_is_not_covered_up_by_a_plain_one(tmp_path: Path, flushes: list[str]) -> None:
    flushes.append(str(errno.EIO))
    with pytest.raises(OSError, match="Input/output error"):
        flush(tmp_path)
    assert flushes[1:] == ["F_FULLFSYNC"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_file_of_another_user_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"theirs")
    os.chown(path, 12345, 12345)
    with pytest.raises(PermissionError, match="belongs to another user"):
        OsFileOps().open(path)


def test_a_name_that_is_taken_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "file").symlink_to(tmp_path / "other")
    with pytest.raises(FileExistsError):
        OsFileOps().create(tmp_path / "file")
    assert OsFileOps().exists(tmp_path / "file")
    assert not (tmp_path / "other").exists()
