"""A driver's processes are found again when their parents are gone, and nobody else's are."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vega_terminal.browser.processes import DriverProcesses

ORPHANS = "sleep 61 & setsid sleep 62 & read line; exit 0"
"""One child that stays in the session and one that leaves it, both left behind at the first line of stdin."""


@contextmanager
def family(scratch: Path, script: str) -> Iterator[tuple[subprocess.Popen[bytes], DriverProcesses]]:
    """Something that behaves like a driver with its browser."""
    environment = {"PATH": os.environ["PATH"], "TMPDIR": str(scratch)}
    with subprocess.Popen(
        ["sh", "-c", script], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment,
        start_new_session=True,
    ) as leader:  # fmt: skip
        processes = DriverProcesses(leader, scratch)
        try:
            yield leader, processes
        finally:
            processes.end()


def test_orphans_are_found_and_ended_and_bystanders_are_left_alone(tmp_path: Path) -> None:
    with (
        family(tmp_path / "other", "sleep 60; true") as (bystander, _),
        family(tmp_path / "ours", ORPHANS) as (driver, ours),
    ):
        _until_there_are(3, ours)
        assert driver.stdin is not None
        driver.stdin.write(b"\n")
        driver.stdin.flush()
        driver.wait(10)
        assert not ours.driver_is_alive
        assert {process.cmdline()[-1] for process in ours.living()} == {"61", "62"}

        ours.end()

        assert ours.living() == []
        assert bystander.poll() is None


def test_ending_twice_is_no_error(tmp_path: Path) -> None:
    with family(tmp_path, "read line") as (driver, processes):
        assert processes.driver_is_alive
        processes.end()
        processes.end()
        assert driver.returncode == -9


def _until_there_are(number: int, processes: DriverProcesses) -> None:
    """The shell has started its children: `sh` itself and two that are no shell any more."""
    deadline = time.monotonic() + 20
    while [len(process.cmdline()) for process in processes.living()].count(2) != number - 1:
        assert time.monotonic() < deadline, processes.living()
