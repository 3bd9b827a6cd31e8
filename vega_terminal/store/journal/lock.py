"""One at a time at the journal: threads of this process, and processes of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vega_terminal.store.file_lock import let_go, locked
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
        self._pause = threading.Event()  # never set: waiting for it is all

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
            descriptor = self._acquire()
            try:
                yield
            finally:
                let_go(descriptor)
        finally:
            self._threads.release()

    def _acquire(self) -> int:
        for _ in range(max(1, round(self._patience / _POLL_S))):
            descriptor = locked(self._path)
            if descriptor is not None:
                return descriptor
            self._pause.wait(_POLL_S)
        raise lock_taken(self._path, self._patience)
