"""Folders and files for their owner alone: rights under any umask, and nothing half done."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from vega_terminal.private_files import make_folder, replace_file, write_new


@pytest.fixture(autouse=True)
def open_to_all() -> Iterator[None]:
    """The umask that takes no rights away."""
    before = os.umask(0)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_each_missing_folder_is_private_and_one_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    make_folder(shared / "one" / "two")
    make_folder(shared / "one" / "two")
    assert [rights(each) for each in (shared, shared / "one", shared / "one" / "two")] == [
        0o755,
        0o700,
        0o700,
    ]


@pytest.mark.parametrize("under", ["", "below"])
def test_what_is_no_folder_is_refused(tmp_path: Path, under: str) -> None:
    place = tmp_path / "file"
    place.write_text("here")
    with pytest.raises(OSError, match="file"):
        make_folder(place / under)


def test_a_new_file_takes_nobody_elses_place(tmp_path: Path) -> None:
    path, link = tmp_path / "new", tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    write_new(path, "first ✓")
    for taken in (path, link):
        with pytest.raises(FileExistsError):
            write_new(taken, "second")
    assert (path.read_text("utf-8"), rights(path)) == ("first ✓", 0o600)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "new"]


def test_a_file_is_replaced_whole_and_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text("old")
    path.chmod(0o644)
    replace_file(path, b"new")
    assert (path.read_bytes(), rights(path)) == (b"new", 0o600)
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_replaced_stays_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    (path / "content").mkdir(parents=True)
    with pytest.raises(OSError, match="kept"):
        replace_file(path, "new")
    assert list(tmp_path.iterdir()) == [path]
