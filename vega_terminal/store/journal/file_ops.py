"""The few things that the journal asks of the file system, so that tests can put a crash after each."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

_PRIVATE_FILE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_GUARDED: Final = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
_LARGEST: Final = 16 * 1024 * 1024
"""Bytes. No journal gets near it; what is larger is somebody else's."""

_FULL_FSYNC: Final[int | None] = getattr(fcntl, "F_FULLFSYNC", None)
"""macOS only: its plain fsync leaves the data in the drive's own cache."""
_CANNOT_FULL_FSYNC: Final = frozenset({errno.ENOTSUP, errno.EINVAL, errno.ENOTTY})


class FileOps(Protocol):
    """A file system. Every call blocks, and raises OSError when the system refuses."""

    def exists(self, path: Path) -> bool:
        """Whether anything has this name; where that cannot be seen, the system's refusal is raised."""
        ...

    def make_folder(self, folder: Path) -> None:
        """Make the folder and those above it, 0700, durably; one that is there stays as it is."""
        ...

    def open(self, path: Path) -> int:
        """Open a file of ours, to read it and to append to it; never through a symbolic link."""
        ...

    def create(self, path: Path) -> int:
        """Make a file, 0600, and open it to append to it; one that is there is an error."""
        ...

    def read(self, descriptor: int) -> bytes:
        """Everything in the file."""
        ...

    def write(self, descriptor: int, data: bytes) -> int:
        """Append; returns how many bytes were taken, which may be fewer."""
        ...

    def fsync(self, descriptor: int) -> None:
        """Return once everything in the file would survive a power cut."""
        ...

    def truncate(self, descriptor: int, length: int) -> None:
        """Cut the file after `length` bytes."""
        ...

    def close(self, descriptor: int) -> None:
        """Close it."""
        ...

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name; one that is taken is a FileExistsError."""
        ...

    def rename(self, source: Path, target: Path) -> None:
        """Put a file in the place of another, at once."""
        ...

    def unlink(self, path: Path) -> None:
        """Remove a name; one that is not there is a FileNotFoundError."""
        ...

    def fsync_dir(self, folder: Path) -> None:
        """Return once the names in the folder would survive a power cut."""
        ...


class OsFileOps:
    """The file system of this machine."""

    def exists(self, path: Path) -> bool:
        """Whether anything has this name, a dangling symbolic link among it."""
        try:
            path.lstat()
        except FileNotFoundError:
            return False
        return True

    def make_folder(self, folder: Path) -> None:
        """Make the folder and those above it, 0700; each new name is flushed before it is used."""
        if folder.is_dir():
            return
        self.make_folder(folder.parent)
        # Another process may be faster; what is no folder at all shows in the next step.
        with suppress(FileExistsError):
            folder.mkdir(mode=_PRIVATE_FOLDER)
        self.fsync_dir(folder.parent)

    def open(self, path: Path) -> int:
        """Open a regular file of our user; rights that others have to it are taken away."""
        descriptor = os.open(path, _GUARDED)
        try:
            _make_private(descriptor)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def create(self, path: Path) -> int:
        """Make a file, 0600."""
        return os.open(path, _GUARDED | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)

    def read(self, descriptor: int) -> bytes:
        """Everything in the file, from its beginning."""
        data = b""
        while chunk := os.pread(descriptor, _LARGEST + 1 - len(data), len(data)):
            data += chunk
        if len(data) > _LARGEST:
            raise OSError(errno.EFBIG, "it is larger than any journal")
        return data

    def write(self, descriptor: int, data: bytes) -> int:
        """Append with one system call."""
        return os.write(descriptor, data)

    def fsync(self, descriptor: int) -> None:
        """Flush to the medium."""
        _flush(descriptor)

    def truncate(self, descriptor: int, length: int) -> None:
        """Cut the file."""
        os.ftruncate(descriptor, length)

    def close(self, descriptor: int) -> None:
        """Close it."""
        os.close(descriptor)

    def link(self, source: Path, target: Path) -> None:
        """Make a hard link."""
        os.link(source, target, follow_symlinks=False)

    def rename(self, source: Path, target: Path) -> None:
        """Rename over whatever is there."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Remove the name."""
        path.unlink()

    def fsync_dir(self, folder: Path) -> None:
        """Flush the folder itself."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _flush(descriptor)
        finally:
            os.close(descriptor)


def _flush(descriptor: int) -> None:
    """Flush to the medium; on macOS through the drive's own cache, too, where the file system can."""
    if _FULL_FSYNC is not None:
        try:
            fcntl.fcntl(descriptor, _FULL_FSYNC)
        except OSError as error:
            if error.errno not in _CANNOT_FULL_FSYNC:
                raise
        else:
            return
    os.fsync(descriptor)


def _make_private(descriptor: int) -> None:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EISDIR, "it is not a regular file")
    if status.st_uid != os.geteuid():
        raise OSError(errno.EPERM, "it belongs to another user")
    if stat.S_IMODE(status.st_mode) != _PRIVATE_FILE:
        os.fchmod(descriptor, _PRIVATE_FILE)
