"""Where a file lies: SQLite's locks and its write-ahead log need a local file system."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.store.sqlite.mounts import mount_of

FileSystemType = Callable[[Path], str | None]
"""Tells the type of the file system that a path lies on; None when the system does not tell."""

_NETWORK_TYPES: Final = frozenset(
    {
        *("nfs", "nfs3", "nfs4", "cifs", "smb", "smbfs", "smb2", "smb3", "9p", "drvfs", "afs", "afpfs"),
        *("webdav", "davfs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "virtiofs", "vboxsf"),
        *("prl_fs", "vmhgfs", "ncpfs", "coda"),
    }
)
_LOCAL_FUSE: Final = frozenset(
    f"fuse.{name}"
    for name in ("bindfs", "cryfs", "encfs", "fuse-overlayfs", "gocryptfs", "mergerfs", "ntfs-3g", "securefs")
)


def is_network_type(fstype: str) -> bool:
    """Whether a file system of this type may be shared by several machines; an unknown FUSE one counts."""
    name = fstype.lower()
    if name in _LOCAL_FUSE:
        return False
    return name in _NETWORK_TYPES or name == "fuse" or name.startswith("fuse.") or "macfuse" in name


def file_system_type(path: Path) -> str | None:
    """The type of the file system that `path` lies on, or would lie on."""
    mount = mount_of(path)
    return None if mount is None else mount.fstype


def is_on_network(path: Path) -> bool:
    """Whether `path` lies on a network file system; True also when that cannot be found out."""
    fstype = file_system_type(path)
    return fstype is None or is_network_type(fstype)


def require_local(folder: Path, type_of: FileSystemType = file_system_type) -> None:
    """Refuse a folder whose locks other machines may not see; touches nothing.

    Raises:
        StorageError: it lies on a network drive.
    """
    fstype = type_of(folder)
    if fstype is not None and is_network_type(fstype):
        raise StorageError(
            f"The data folder {folder} lies on a network drive ({fstype}), where the locks of the database"
            " and of the login do not hold. Nothing was touched. Put VEGA_DATA_DIR on a local disk."
        )
