"""A program of its own that keeps everybody off a damaged database while it is copied and replaced.

It opens the database file as a plain file, which the terminal itself must never do: closing such a
descriptor drops every lock that SQLite holds in the same process. This process has no SQLite.

Arguments: the database, where its copy goes, the new database, and the name to put the damaged one aside
under. Says one line on stdout after each step: `copied` (or `mended`, when the file did not begin as a
database must) and, once it read a line, `swapped`. Says `held` when somebody is at work in the database, and
`failed: <reason>` when the system refuses.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

SIDE_FILES: Final = ("-journal", "-wal", "-shm")
"""What SQLite may have beside a database file; a -journal or -wal holds part of the content."""
_COPIED: Final = ("", "-journal", "-wal")
_MAGIC: Final = b"SQLite format 3\0"
_LOCK_BYTES: Final = (0x40000000, 512)
"""Of the database file: PENDING, RESERVED and the SHARED range. Held by whoever is at work."""
_WAL_LOCK_BYTES: Final = (120, 3)
"""Of the -shm file: writer, checkpoint, recovery. In WAL mode the bytes above are never all free."""


def main(database: Path, copy: Path, rebuilt: Path, aside: Path) -> None:
    """Lock, copy, wait for the word, swap; every lock ends with the process."""
    with ExitStack() as stack:
        if not _locked(database, stack):
            _say("held")
            return
        for suffix in _COPIED:
            with suppress(FileNotFoundError):
                _copy(beside(database, suffix), beside(copy, suffix))
        _say("mended" if _mend_magic(copy) else "copied")
        if sys.stdin.readline():
            swap(database, rebuilt, aside)
            _say("swapped")


def beside(path: Path, suffix: str) -> Path:
    """The side file of a database."""
    return path.with_name(path.name + suffix)


def swap(database: Path, rebuilt: Path, aside: Path) -> None:
    """Put the damaged database aside with all its side files and the new one in its place, durably.

    May be repeated after a crash. Until the last step there is either the damaged database or none, and
    none means: go on with the swap.
    """
    for suffix in ("", *SIDE_FILES):
        with suppress(FileNotFoundError):
            beside(database, suffix).rename(beside(aside, suffix))
    rebuilt.rename(database)
    for folder in (rebuilt.parent, database.parent):
        _flush(folder)


def _locked(database: Path, stack: ExitStack) -> bool:
    if _lock(database, _LOCK_BYTES, stack):
        return True
    shared_memory = beside(database, "-shm")
    return shared_memory.exists() and _lock(shared_memory, _WAL_LOCK_BYTES, stack)


def _lock(path: Path, span: tuple[int, int], stack: ExitStack) -> bool:
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    stack.callback(os.close, descriptor)
    start, length = span
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, length, start)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _copy(source: Path, target: Path) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
    with source.open("rb") as reading, os.fdopen(os.open(target, flags, 0o600), "wb") as writing:
        shutil.copyfileobj(reading, writing)


def _mend_magic(copy: Path) -> bool:
    """Only of the copy: with its first bytes right SQLite can often read the rest."""
    with copy.open("r+b") as file:
        if file.read(len(_MAGIC)) == _MAGIC:
            return False
        file.seek(0)
        file.write(_MAGIC)
        return True


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:]))
    except OSError as error:
        _say(f"failed: {error.strerror or error}")
