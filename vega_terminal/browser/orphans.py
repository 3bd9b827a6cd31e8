"""What a run that was killed left behind: its driver, its browser, and the profile with the cookies."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vega_terminal.browser.profile import SCRATCH_PREFIX, profile_of_scratch
from vega_terminal.browser.run_folder import RUN_MARK, is_of_killed_run, owner_of

if TYPE_CHECKING:
    import psutil

_PROFILE_ARGUMENT: Final = "--user-data-dir="


class Orphans:
    """Finds and removes what runs on one data folder left when they were killed.

    Only what bears the mark of a run whose process has ended is touched. So nothing here can hit a run
    that lives, whether it holds the login lock at that moment or takes it a moment later.
    """

    def __init__(self, profiles_dir: Path) -> None:
        """Look after the runs whose profiles are made in `profiles_dir`."""
        self._profiles_dir = profiles_dir

    def sweep(self) -> str | None:
        """Remove everything; returns what was done, if anything. Blocks for some milliseconds."""
        if not self._profiles() and not self._scratches():
            return None
        told = [sentence for sentence in (self.end_processes(), self.remove_profiles()) if sentence]
        return " ".join(told) or None

    def end_processes(self) -> str | None:
        """End drivers and browsers; returns what was done, if anything. Blocks, for seconds at worst."""
        from vega_terminal.browser.processes import end_all  # noqa: PLC0415 - loads psutil

        found = self.processes()
        if not found:
            return None
        if left := end_all(self.processes):
            numbers = ", ".join(str(process.pid) for process in left)
            return f"The browser of a killed run does not end. Kill its processes by hand: {numbers}."
        return f"A killed run had left its browser running; its {_count(len(found), 'process')} ended now."

    def remove_profiles(self) -> str | None:
        """Remove profiles and temporary files; returns what was done, if anything. Blocks."""
        folders = self._profiles() + self._scratches()
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        if left := [str(folder) for folder in folders if folder.exists()]:
            return f"What a killed run left cannot be removed. Remove it by hand: {', '.join(left)}."
        return f"Removed {_count(len(folders), 'folder')} of a killed run's browser." if folders else None

    def processes(self) -> list[psutil.Process]:
        """The living processes of killed runs."""
        from vega_terminal.browser.processes import own_living_processes  # noqa: PLC0415 - loads psutil

        return [process for process in own_living_processes() if self._is_orphan(process)]

    def _is_orphan(self, process: psutil.Process) -> bool:
        import psutil  # noqa: PLC0415 - costs start-up time

        with contextlib.suppress(psutil.Error, OSError):
            return any(is_of_killed_run(self._profiles_dir, profile) for profile in _profiles_of(process))
        return False

    def _profiles(self) -> list[Path]:
        """Left-over profiles; those whose name tells no owner are of an earlier version."""
        return [
            entry
            for entry in _own_folders(self._profiles_dir, "run-")
            if is_of_killed_run(self._profiles_dir, str(entry)) or owner_of(entry.name) is None
        ]

    def _scratches(self) -> list[Path]:
        """Left-over folders of temporary files whose mark leads into this data folder."""
        return [
            entry
            for entry in _own_folders(Path(tempfile.gettempdir()), SCRATCH_PREFIX)
            if is_of_killed_run(self._profiles_dir, profile_of_scratch(entry))
        ]


def _profiles_of(process: psutil.Process) -> Iterator[str]:
    """The profiles that a process names: a browser on its command line, all of them in the environment."""
    for argument in process.cmdline():
        if argument.startswith(_PROFILE_ARGUMENT):
            yield argument.removeprefix(_PROFILE_ARGUMENT)
    yield process.environ().get(RUN_MARK, "")


def _own_folders(parent: Path, prefix: str) -> list[Path]:
    """This user's folders with such a name, and no links to folders."""
    found = []
    with contextlib.suppress(FileNotFoundError):
        for entry in parent.glob(f"{prefix}*"):
            status = entry.lstat()
            if stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid():
                found.append(entry)
    return found


def _count(number: int, noun: str) -> str:
    plural = {"process": "processes", "folder": "folders"}[noun]
    return f"{number} {noun if number == 1 else plural}"
