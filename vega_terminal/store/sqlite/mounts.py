"""What is mounted where: the kernel's own table on Linux, psutil's elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_MOUNT_TABLE: Final = Path("/proc/self/mountinfo")
_ESCAPES: Final = {"\\040": " ", "\\011": "\t", "\\012": "\n", "\\134": "\\"}


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system.

    Attributes:
        point: the folder it is mounted on.
        fstype: its type, as the system names it.
        device: of its superblock, as the kernel's lock table names it; 0 where that is not told.
    """

    point: Path
    fstype: str
    device: int = 0


def mount_of(path: Path) -> Mount | None:
    """The file system that `path` lies on, or would lie on; None when the system does not tell."""
    resolved = path.resolve()
    # Of several mounts on one folder the last one hides the others.
    mounts = {mount.point: mount for mount in _mounts()}
    found = (mounts[folder] for folder in (resolved, *resolved.parents) if folder in mounts)
    return next(found, None)


def parse_mount_table(text: str) -> Iterator[Mount]:
    """Read lines of `/proc/self/mountinfo` (man 5 proc); a line of another shape is left out."""
    for line in text.splitlines():
        head, separator, tail = line.partition(" - ")
        fields, types = head.split(" "), tail.split(" ")
        if not separator or len(fields) < 5:
            continue
        major, _, minor = fields[2].partition(":")
        yield Mount(Path(_unescaped(fields[4])), types[0], os.makedev(int(major), int(minor)))


def _mounts() -> Iterator[Mount]:
    if _MOUNT_TABLE.exists():
        yield from parse_mount_table(_MOUNT_TABLE.read_text(encoding="utf-8", errors="surrogateescape"))
        return
    import psutil  # noqa: PLC0415 - costs start-up time and only systems without the table need it

    for part in psutil.disk_partitions(all=True):
        yield Mount(Path(part.mountpoint), part.fstype)


def _unescaped(text: str) -> str:
    for escape, character in _ESCAPES.items():
        text = text.replace(escape, character)
    return text
