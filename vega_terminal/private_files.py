"""Folders and files that nobody but their owner can read: made, written anew, replaced. Every call blocks."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_FOLDER: Final = 0o700
_FILE: Final = 0o600
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def make_folder(folder: Path) -> None:
    """Make the folder and each one above it that is missing, 0700; one that is there stays as it is.

    Raises:
        OSError: one cannot be made, or is no folder.
    """
    if not folder.is_dir():
        make_folder(folder.parent)  # not `parents=True`, which gives those above the rights of the umask
        folder.mkdir(mode=_FOLDER, exist_ok=True)


def open_new(path: Path) -> int:
    """A descriptor of a new file, 0600, to read and write it.

    Raises:
        FileExistsError: something has this name, be it a dangling link.
        OSError: it cannot be made.
    """
    return os.open(path, _NEW, _FILE)


def write_new(path: Path, content: str | bytes) -> None:
    """Write a new file, 0600, and flush it to the medium; text as UTF-8.

    Raises:
        FileExistsError: something has this name.
        OSError: it cannot be written; what was written is removed.
    """
    descriptor = open_new(path)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise


def draft_of(path: Path) -> Path:
    """A name beside `path` that nothing has yet, hidden, for what is to get its name when it is whole."""
    return path.with_name(f".{path.name}.{os.urandom(8).hex()}")


def replace_file(path: Path, content: str | bytes) -> None:
    """Put a file, 0600, in the place of what is there; readers, and a power cut, leave the old or the new.

    Raises:
        OSError: it cannot be written, and what was there is there still; or the new one is not flushed.
    """
    draft = draft_of(path)
    write_new(draft, content)
    try:
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    flush_names(path.parent)


def flush_names(folder: Path) -> None:
    """Return once the names in the folder would survive a power cut.

    Raises:
        OSError: the system does not say so.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
