"""One at a time at the journal: threads of this process, and processes of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import Timeout, UnixFileLock

from vega_terminal.store.journal.refusals import lock_taken

PATIENCE_S: Final = 5.0
"""Everything that is done under the lock takes milliseconds."""
_POLL_S: Final = 0.005


class JournalLock:
    """A kernel lock on a file beside the journal; a process that dies lets go of it."""

    def __init__(self, path: Path, patience: float = PATIENCE_S) -> None:
        """Lock `path`; wait for others at most `patience` seconds."""
        self._path = path
        self._patience = patience
        self._threads = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for the block; blocks the thread while somebody else does.

        Raises:
            StorageError: somebody else held it for longer than the patience.
            OSError: the system cannot lock it.
        """
        if not self._threads.acquire(timeout=self._patience):
            raise lock_taken(self._path, self._patience)
        try:
            lock = self._acquire()
            try:
                yield
            finally:
                lock.release()
        finally:
            self._threads.release()

    def _acquire(self) -> UnixFileLock:
        lock = UnixFileLock(
            self._path,
            timeout=self._patience,
            mode=0o600,
            poll_interval=_POLL_S,
            fallback_to_soft=False,
            preserve_lock_file=True,
        )
        try:
            lock.acquire()
        except Timeout as error:
            raise lock_taken(self._path, self._patience) from error
        return lock
