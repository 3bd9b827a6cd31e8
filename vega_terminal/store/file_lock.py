"""An OS lock on a file: it belongs to the open file, and ends with the last process that has it open."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import Final

_OPENING: Final = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_TRY_AGAIN: Final = frozenset({errno.EAGAIN, errno.EACCES, errno.ENOENT})
"""Held elsewhere, as file systems say it, or removed a moment ago."""


def locked(path: Path) -> int | None:
    """A descriptor that holds the lock on `path`; None when another one does.

    Raises:
        OSError: it cannot be opened or locked.
    """
    descriptor = os.open(path, _OPENING, 0o600)
    held = False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.fchmod(descriptor, 0o600)
        # Somebody may have removed the file meanwhile: a lock on a file without a name excludes nobody.
        held = os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError as error:
        if error.errno not in _TRY_AGAIN:
            raise
    finally:
        if not held:
            os.close(descriptor)
    return descriptor if held else None


def let_go(descriptor: int) -> None:
    """Unlock, also for a child that may have been started meanwhile, and close."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)
