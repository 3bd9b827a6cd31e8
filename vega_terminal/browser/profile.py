"""The profile of one run: made for it, and gone with it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Final

import psutil

_LOCK: Final = "SingletonLock"
_ENDING_SECONDS: Final = 1.0


class Profile:
    """Two folders for one browser, each 0700.

    Attributes:
        path: where the browser keeps its files.
        scratch: for temporary files of browser and driver, which they leave there when they are killed.
            Among the system's own: a socket in it must not have a long name.
    """

    def __init__(self, parent: Path) -> None:
        """Make the profile in `parent`, which is made, too.

        Raises:
            OSError: a folder cannot be made.
        """
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = Path(tempfile.mkdtemp(prefix="run-", dir=parent))
        self.scratch = Path(tempfile.mkdtemp(prefix="vega-"))

    def browser_crashed(self) -> bool:
        """Whether Chromium ended without taking its lock away, as it does when it is closed."""
        lock = self.path / _LOCK
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            pid = int(lock.readlink().name.rpartition("-")[2])
            psutil.Process(pid).wait(_ENDING_SECONDS)
        return lock.is_symlink()

    def remove(self) -> None:
        """Remove both folders with all that is in them."""
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.rmtree(self.scratch, ignore_errors=True)
