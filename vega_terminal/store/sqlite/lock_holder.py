"""Names the process that holds a lock on the database, from the kernel's table of locks.

The database itself is never opened for it: closing any descriptor of it would drop SQLite's own locks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.store.sqlite.mounts import mount_of

_LOCK_TABLE: Final = Path("/proc/locks")
_PROCESSES: Final = Path("/proc")
_WRITE: Final = "WRITE"
_FIRST_LOCK_BYTE: Final = 0x40000000
"""Of a database file: SQLite's PENDING byte; RESERVED and the SHARED range follow (sqlite3, os.h)."""
_WAL_LOCK_BYTES: Final = range(120, 128)
"""Of a -shm file: one for the writer, one for checkpoints, one for recovery, five for readers."""


@late_dataclass
class KernelLock:
    """One line of `/proc/locks` (man 5 proc_locks).

    Attributes:
        mode: READ or WRITE.
        pid: of the holder, as this process sees it.
        file: device and inode.
        first: the first locked byte.
    """

    mode: str
    pid: int
    file: tuple[int, int]
    first: int


def find_holder(path: Path) -> str | None:
    """Who holds the database at `path`, as `name (process id)`; blocks for a moment.

    A writer is named before a reader; this process never. None when nobody does, or the system does not tell.
    """
    try:
        table = _LOCK_TABLE.read_text(encoding="ascii", errors="replace")
        pid = holder_in(parse_locks(table), path, own=os.getpid())
    except OSError:
        return None
    return None if pid is None else f"{_name_of(pid)} (process {pid})"


def parse_locks(table: str) -> Iterator[KernelLock]:
    """The POSIX locks in force; those that are only waited for, and of unknown holders, are left out."""
    for line in table.splitlines():
        fields = line.split()
        if len(fields) != 8 or fields[1] != "POSIX" or fields[5].count(":") != 2 or int(fields[4]) <= 0:
            continue
        major, minor, inode = fields[5].split(":")
        device = os.makedev(int(major, 16), int(minor, 16))
        yield KernelLock(fields[3], int(fields[4]), (device, int(inode)), int(fields[6]))


def holder_in(locks: Iterable[KernelLock], path: Path, *, own: int) -> int | None:
    """The process among `locks` that keeps others out of the database at `path`.

    Raises:
        OSError: there is no such file.
    """
    database, shared_memory = _names_of(path), _names_of(path.with_name(f"{path.name}-shm"))
    holding = [
        lock
        for lock in locks
        if lock.pid != own
        and (
            (lock.file in database and lock.first >= _FIRST_LOCK_BYTE)
            or (lock.file in shared_memory and lock.first in _WAL_LOCK_BYTES)
        )
    ]
    # In WAL mode everybody who has it open reads; that keeps nobody out.
    stopping = holding if not shared_memory else [lock for lock in holding if lock.mode == _WRITE]
    stopping.sort(key=lambda lock: lock.mode != _WRITE)
    return stopping[0].pid if stopping else None


def _names_of(path: Path) -> set[tuple[int, int]]:
    """Device and inode as `stat` and as the lock table tell them: btrfs and overlays give two devices."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return set()
    mount = mount_of(path)
    devices = {found.st_dev} if mount is None else {found.st_dev, mount.device}
    return {(device, found.st_ino) for device in devices}


def _name_of(pid: int) -> str:
    try:
        name = (_PROCESSES / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "a program"
    return "".join(letter if letter.isprintable() else "?" for letter in name) or "a program"
