"""The profile of one run: made for it, and gone with it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Final

from vega_terminal.browser.run_folder import prefix_of
from vega_terminal.private_files import make_folder
from vega_terminal.process_identity import ProcessIdentity

SCRATCH_PREFIX: Final = "vega-"
_LOCK: Final = "SingletonLock"
_MARK: Final = "profile"
_ENDING_SECONDS: Final = 1.0


class Profile:
    """Two folders for one browser, each 0700.

    Attributes:
        path: where the browser keeps its files; its name tells which process it was made by.
        scratch: for temporary files of browser and driver, which they leave there when they are killed.
            Among the system's own: a socket in it must not have a long name. A link in it leads to the
            profile, so that it is found again when this process was killed.
    """

    def __init__(self, parent: Path, owner: ProcessIdentity | None = None) -> None:
        """Make the profile in `parent`, which is made, too, for `owner`; usually this process.

        Raises:
            OSError: a folder cannot be made.
        """
        make_folder(parent)
        prefix = prefix_of(owner or ProcessIdentity.own())
        self.path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent)).absolute()
        try:
            self.scratch = Path(tempfile.mkdtemp(prefix=SCRATCH_PREFIX))
            (self.scratch / _MARK).symlink_to(self.path)
        except OSError:
            shutil.rmtree(self.path, ignore_errors=True)
            raise

    def browser_crashed(self) -> bool:
        """Whether Chromium ended without taking its lock away, as it does when it is closed."""
        import psutil  # noqa: PLC0415 - costs start-up time

        lock = self.path / _LOCK
        with contextlib.suppress(OSError, ValueError, psutil.Error):
            pid = int(lock.readlink().name.rpartition("-")[2])
            psutil.Process(pid).wait(_ENDING_SECONDS)
        return lock.is_symlink()

    def remove(self) -> None:
        """Remove both folders with all that is in them."""
        shutil.rmtree(self.path, ignore_errors=True)
        shutil.rmtree(self.scratch, ignore_errors=True)


def profile_of_scratch(scratch: Path) -> str:
    """The profile that a folder of temporary files belongs to; empty when it bears no mark."""
    with contextlib.suppress(OSError):
        return str((scratch / _MARK).readlink())
    return ""
