"""Sets a damaged database aside whole and puts a new one in its place, made from what can be read."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final

from vega_terminal.store.sqlite import custodian
from vega_terminal.store.sqlite.engine_gate import Version
from vega_terminal.store.sqlite.errors import DatabaseBroken, DatabaseDamaged, locked_error
from vega_terminal.store.sqlite.lock_holder import find_holder
from vega_terminal.store.sqlite.preparation import make_private, prepare
from vega_terminal.store.sqlite.salvage import Salvaged, salvage

_FOLDER_MARK: Final = ".repair-"
_ASIDE_MARK: Final = ".damaged-"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A damaged database was replaced.

    Attributes:
        finding: what was wrong, as a sentence.
        aside: where the damaged one is now, with its side files beside it.
        salvaged: what the new one was made from.
    """

    finding: str
    aside: Path
    salvaged: Salvaged


def rebuild(path: Path, version: Version, now: datetime, damage: DatabaseDamaged) -> Rebuilt:
    """Replace the damaged database at `path`; the caller holds the repair lock. Blocks.

    Nobody can be at work in the database from before it is copied until it is replaced. A crash at any
    point leaves the damaged one in place, or a swap that `finish_interrupted` ends.

    Raises:
        DatabaseLocked: somebody is at work in it; it was left as it is.
        StorageError: there is no way to make a new one; the damaged one was left as it is.
    """
    _discard_leftovers(path)
    stamp = _free_stamp(path, now)
    folder = path.with_name(path.name + _FOLDER_MARK + stamp)
    aside = path.with_name(path.name + _ASIDE_MARK + stamp)
    try:
        folder.mkdir(mode=0o700)
        with _custody(path, folder, aside, version) as swap:
            salvaged = _make_new(folder, version)
            swap()
    except (OSError, sqlite3.Error) as error:
        raise _irreplaceable(path, str(error)) from error
    finally:
        if path.exists():
            shutil.rmtree(folder, ignore_errors=True)
    return Rebuilt(str(damage), aside, salvaged)


def finish_interrupted(path: Path) -> None:
    """End a swap that a crash cut off; the caller holds the repair lock and saw no database at `path`.

    Raises:
        OSError: the system refuses.
    """
    for folder in sorted(path.parent.glob(f"{path.name}{_FOLDER_MARK}*"), reverse=True):
        if (folder / "rebuilt").exists():
            stamp = folder.name.removeprefix(path.name + _FOLDER_MARK)
            custodian.swap(path, folder / "rebuilt", path.with_name(path.name + _ASIDE_MARK + stamp))
            shutil.rmtree(folder, ignore_errors=True)
            return


def _make_new(folder: Path, version: Version) -> Salvaged:
    """A complete database with what could be read; only then does it get its final name."""
    building = folder / "building"
    make_private(building)
    # No write-ahead log: a process that has the damaged file open would remove it, by its name, on closing.
    prepare(building, version, wal_allowed=False)
    salvaged = salvage(folder / "copy", building)
    prepare(building, version, wal_allowed=False)
    building.rename(folder / "rebuilt")
    return salvaged


@contextmanager
def _custody(path: Path, folder: Path, aside: Path, version: Version) -> Iterator[Callable[[], None]]:
    """Keep everybody off the database for the block, its copy in `folder`; yields what swaps it."""
    places: Sequence[Path] = (path, folder / "copy", folder / "rebuilt", aside)
    command = [sys.executable, "-I", custodian.__file__, *map(str, places)]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def swap() -> None:
            _tell(process)
            _expect(process, {"swapped"}, path)

        try:
            if _expect(process, {"copied", "mended"}, path) == "copied":
                _require_damaged(folder / "copy", path, version)
            yield swap
        finally:
            process.kill()


def _tell(process: subprocess.Popen[str]) -> None:
    if process.stdin is not None:
        process.stdin.write("\n")
        process.stdin.flush()


def _expect(process: subprocess.Popen[str], answers: Set[str], path: Path) -> str:
    line = "" if process.stdout is None else process.stdout.readline().strip()
    if line == "held":
        raise locked_error(path, 1, find_holder(path))
    if line not in answers:
        raise _irreplaceable(path, line.removeprefix("failed: ") or "the program for it died")
    return line


def _require_damaged(copy: Path, path: Path, version: Version) -> None:
    """A drive that fails to read now and then makes a whole database look damaged."""
    try:
        prepare(copy, version, wal_allowed=False)
    except DatabaseDamaged:
        return
    raise DatabaseBroken(
        f"The database {path} looked damaged, but a copy of it is whole, so it was left as it is."
        " Check the drive and the system's log, then try again."
    )


def _irreplaceable(path: Path, reason: str) -> DatabaseBroken:
    return DatabaseBroken(
        f"The database {path} is damaged and could not be replaced ({reason}). It was left as it is. Free"
        " some space or move it away together with its -wal and -journal files, keep them, and start again."
    )


def _free_stamp(path: Path, now: datetime) -> str:
    base = now.strftime("%Y%m%dT%H%M%SZ")
    stamps = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(stamp for stamp in stamps if not path.with_name(path.name + _ASIDE_MARK + stamp).exists())


def _discard_leftovers(path: Path) -> None:
    """What an interrupted attempt left: copies only, because the database itself is still in place."""
    for folder in path.parent.glob(f"{path.name}{_FOLDER_MARK}*"):
        shutil.rmtree(folder, ignore_errors=True)
