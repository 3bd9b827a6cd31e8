"""Where a file lies: SQLite's write-ahead log needs a local file system."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_NETWORK_TYPES: Final = frozenset(
    {
        *("nfs", "nfs3", "nfs4", "cifs", "smb", "smbfs", "smb2", "smb3", "9p", "drvfs", "afs", "afpfs"),
        *("webdav", "davfs", "ceph", "glusterfs", "lustre", "beegfs", "gpfs", "virtiofs", "vboxsf"),
        *("prl_fs", "vmhgfs", "ncpfs", "coda"),
    }
)


def is_network_type(fstype: str) -> bool:
    """Whether a file system of this type may be shared by several machines; any FUSE one counts."""
    name = fstype.lower()
    return name in _NETWORK_TYPES or name == "fuse" or name.startswith("fuse.") or "macfuse" in name


def is_on_network(path: Path) -> bool:
    """Whether `path` lies on a network file system; True also when that cannot be found out."""
    import psutil  # noqa: PLC0415 - costs start-up time and only a safe SQLite needs the answer

    resolved = path.resolve()
    mounts = {Path(part.mountpoint): part.fstype for part in psutil.disk_partitions(all=True)}
    for folder in (resolved, *resolved.parents):
        if folder in mounts:
            return is_network_type(mounts[folder])
    return True
