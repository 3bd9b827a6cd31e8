"""A data folder that cannot be looked into: one check says why, and the others point to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.doctor.ground import ground_in
from vega_terminal.doctor.examination import CHECKS, examine
from vega_terminal.doctor.findings import Verdict

POINTING = {
    *("Database", "Journal", "Vault key", "Tokens", "Sign-ins"),
    *("Login lock", "Left-overs", "Calendar", "REST API"),
}
LOCAL = tuple(check for check in CHECKS if check.name in {*POINTING, "Data folder", "Disk space"})


def a_file(folder: Path) -> Path:
    (folder / "data").touch(0o600)
    return folder / "data"


def below_a_file(folder: Path) -> Path:
    return a_file(folder) / "below"


def a_loop(folder: Path) -> Path:
    (folder / "data").symlink_to("data")
    return folder / "data"


def too_long(folder: Path) -> Path:
    return folder / ("x" * 300)


@pytest.mark.parametrize(
    ("make", "why", "cure"),
    [
        (a_file, "{0} is no folder.", "Move it away"),
        (below_a_file, "{0.parent} is no folder, so {0} cannot be made.", "Move it away"),
        (a_loop, "{0} cannot be looked at (Too many levels of symbolic links).", "Mend the rights or the"),
        (too_long, "{0} cannot be looked at (File name too long).", "Mend the rights or the"),
    ],
)
async def test_the_folder_is_told_and_everything_else_points_to_it(
    tmp_path: Path, make: Callable[[Path], Path], why: str, cure: str
) -> None:
    data = make(tmp_path)
    findings = await examine(ground_in(tmp_path, VEGA_DATA_DIR=str(data)), LOCAL)
    found = {finding.name: finding for finding in findings}
    folder = found.pop("Data folder")
    assert folder.verdict is Verdict.FAIL
    assert folder.found.startswith(why.format(data))
    assert folder.cure.startswith(cure)
    assert "Errno" not in found.pop("Disk space").found
    for finding in found.values():
        assert finding.verdict is Verdict.UNKNOWN, finding
        assert finding.found == f"It cannot be told: nothing in {data} can be looked at."
        assert finding.cure == "See what is said about the data folder first."
    assert set(found) == POINTING
