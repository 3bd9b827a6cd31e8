"""Every process that a driver started, found again even when its parent is gone."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import psutil

END_SECONDS: Final = 5.0
"""How long processes that were killed are waited for."""
_POLL_SECONDS: Final = 0.02

Find = Callable[[], list[psutil.Process]]


def own_living_processes() -> Iterator[psutil.Process]:
    """This user's processes. A zombie is none: it only waits to be buried by its new parent."""
    user = os.getuid()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and process.uids().real == user:
                yield process


def kill_all(processes: list[psutil.Process]) -> None:
    """Kill them; one that is gone already does not matter."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


def end_all(find: Find) -> list[psutil.Process]:
    """Kill what `find` finds until it finds none, at most for `END_SECONDS`; returns what is left."""
    deadline = time.monotonic() + END_SECONDS
    while (found := find()) and time.monotonic() < deadline:
        kill_all(found)
        time.sleep(_POLL_SECONDS)
    return found


class DriverProcesses:
    """A driver's process and all that came of it.

    A process whose parent ended is nobody's child any more. Those of one driver still share the session
    that was made for it, and the folder for temporary files in their environment.
    """

    def __init__(self, driver: subprocess.Popen[bytes], scratch: Path) -> None:
        """Watch what `driver`, the leader of its session, starts with `scratch` as its TMPDIR."""
        self._driver = driver
        self._scratch = str(scratch)

    @property
    def driver_is_alive(self) -> bool:
        """Whether the driver itself still runs."""
        return self._driver.poll() is None

    def living(self) -> list[psutil.Process]:
        """Those that live now."""
        return [process for process in own_living_processes() if self._is_ours(process)]

    def kill(self) -> None:
        """Kill them all at once; callable from any thread."""
        kill_all(self.living())

    def end(self) -> None:
        """Kill them until none is left, at most for `END_SECONDS`."""
        end_all(self.living)
        if self._driver.stdin is not None:
            with contextlib.suppress(OSError):
                self._driver.stdin.close()
        self._driver.poll()

    def _is_ours(self, process: psutil.Process) -> bool:
        with contextlib.suppress(psutil.Error, OSError):
            in_session = os.getsid(process.pid) == self._driver.pid
            return in_session or process.environ().get("TMPDIR") == self._scratch
        return False
