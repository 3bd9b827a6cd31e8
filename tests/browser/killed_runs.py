"""Runs in processes of their own, to be killed, and what is looked at when they are dead."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from vega_terminal.browser.processes import own_living_processes
from vega_terminal.browser.run_folder import RUN_MARK

CHILD = Path(__file__).parent / "children" / "drive_browser.py"


@dataclass(frozen=True)
class Run:
    """A process that has a browser open.

    Attributes:
        process: which one.
        folder: its data folder.
        temporary: where it makes temporary files.
    """

    process: subprocess.Popen[str]
    folder: Path
    temporary: Path

    @property
    def lock(self) -> Path:
        """The login lock's file."""
        return self.folder / "login.lock"

    def hears(self) -> str:
        """The next line that the process says."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def goes_on(self) -> None:
        """Let the process go on to its next line."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def family(self) -> list[psutil.Process]:
        """Driver and browser, as long as they live."""
        mark = str(self.folder / "browser")
        return [each for each in own_living_processes() if _environment(each).startswith(mark)]

    def driver(self) -> psutil.Process:
        """The driver."""
        (driver,) = (each for each in self.family() if "chromedriver" in each.name())
        return driver

    def kill(self) -> None:
        """What the system does when it is out of memory."""
        self.process.kill()
        self.process.wait(10)


@contextmanager
def run_with_browser(folder: Path, *missing: str) -> Iterator[Run]:
    """A process with a browser open, tied to it by everything but `missing`."""
    with tempfile.TemporaryDirectory(prefix="t", ignore_cleanup_errors=True) as temporary:
        process = subprocess.Popen(
            [sys.executable, CHILD, folder, *missing], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=os.environ | {"TMPDIR": temporary},
        )  # fmt: skip
        run = Run(process, folder, Path(temporary))
        try:
            with process:
                assert "chrom" in run.hears()
                yield run
                run.kill()
        finally:
            process.kill()
            for left in run.family():
                left.kill()


def is_free(lock: Path) -> bool:
    """Whether nobody holds the lock at this instant."""
    descriptor = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(descriptor)


def _environment(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return process.environ().get(RUN_MARK, "")
    return ""
