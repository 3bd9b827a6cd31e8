"""What a browser may leave behind, and must not: processes, profiles, threads."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil


def processes_of(*folders: Path) -> list[str]:
    """Every living process that was started for one of the folders, as its command line.

    A browser names its profile on its command line; drivers and helpers carry the operator's home, and
    the folder for temporary files, in their environment.
    """
    return [" ".join(process.cmdline()) for process in _living() if _belongs(process, folders)]


def profiles_in(folder: Path) -> list[str]:
    """The browser profiles in a folder of profiles."""
    return [entry.name for entry in folder.iterdir()] if folder.is_dir() else []


def browser_threads() -> list[str]:
    """The threads that drive a browser."""
    return [thread.name for thread in threading.enumerate() if thread.name == "browser"]


def _living() -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                yield process


def _belongs(process: psutil.Process, folders: tuple[Path, ...]) -> bool:
    places = [str(folder) for folder in folders]
    with contextlib.suppress(psutil.Error):
        if any(place in argument for argument in process.cmdline()[1:] for place in places):
            return True
        environment = process.environ()
        return any(environment.get(name, "").startswith(tuple(places)) for name in ("HOME", "TMPDIR"))
    return False
