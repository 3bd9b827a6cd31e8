"""The data folder and the room on its disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.doctor.ground import everything_in, finding, ground_in
from vega_terminal.doctor.checks.files import judge_space
from vega_terminal.doctor.findings import Verdict


def made(folder: Path) -> Path:
    data = folder / "data"
    (data / "logs").mkdir(parents=True)
    for path in (data, data / "logs"):
        path.chmod(0o700)
    log = data / "logs" / "vega.log"
    log.touch(0o600)
    return log


async def test_a_private_folder_is_fine(tmp_path: Path) -> None:
    made(tmp_path)
    assert (await finding("Data folder", ground_in(tmp_path))).verdict is Verdict.OK


async def test_a_folder_that_does_not_exist_yet_is_fine_and_is_not_made(tmp_path: Path) -> None:
    found = await finding("Data folder", ground_in(tmp_path))
    assert (found.verdict, everything_in(tmp_path)) == (Verdict.OK, {})


@pytest.mark.parametrize("loose", ["data", "data/logs/vega.log"])
async def test_rights_of_others_are_a_warning_that_names_the_place(tmp_path: Path, loose: str) -> None:
    made(tmp_path)
    (tmp_path / loose).chmod(0o744)
    found = await finding("Data folder", ground_in(tmp_path))
    assert found.verdict is Verdict.WARN
    assert str(tmp_path / loose) in found.found
    assert found.cure.endswith(f"chmod -R go-rwx '{tmp_path / 'data'}'")


async def test_something_else_in_its_place_fails(tmp_path: Path) -> None:
    (tmp_path / "data").touch(0o600)
    assert (await finding("Data folder", ground_in(tmp_path))).verdict is Verdict.FAIL


async def test_a_folder_that_can_never_be_made_fails(tmp_path: Path) -> None:
    (tmp_path / "data").touch(0o600)
    below = str(tmp_path / "data" / "below")
    assert (await finding("Data folder", ground_in(tmp_path, VEGA_DATA_DIR=below))).verdict is Verdict.FAIL


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_a_file_of_another_user_is_a_warning(tmp_path: Path) -> None:
    os.chown(made(tmp_path), 54_321, -1)
    found = await finding("Data folder", ground_in(tmp_path))
    assert found.verdict is Verdict.WARN
    assert "another user" in found.found


async def test_the_room_is_that_of_the_disk_where_the_folder_will_be(tmp_path: Path) -> None:
    found = await finding("Disk space", ground_in(tmp_path))
    status = os.statvfs(tmp_path)
    assert found.verdict is judge_space(status.f_bavail * status.f_frsize, tmp_path).verdict
    assert str(tmp_path) in found.found


@pytest.mark.parametrize(
    ("megabytes", "verdict"), [(5, Verdict.FAIL), (100, Verdict.WARN), (5000, Verdict.OK)]
)
def test_little_room_is_told(megabytes: int, verdict: Verdict) -> None:
    assert judge_space(megabytes * 1024**2, Path("/data")).verdict is verdict
