"""The machine-wide right to drive a browser: an OS lock on `login.lock` in the data folder."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from filelock import Timeout, UnixFileLock

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import LoginBusy, StorageError

POLL_SECONDS: Final = 0.25


class LoginLock:
    """Implements `LoginLease` with a kernel lock: it cannot be left behind by a process that died."""

    def __init__(self, path: Path, clock: Clock, patience: float) -> None:
        """Lock `path`; wait for another holder at most `patience` seconds."""
        self._path = path
        self._clock = clock
        self._patience = patience

    @asynccontextmanager
    async def hold(self, on_wait: Callable[[], None]) -> AsyncIterator[bool]:
        """Hold the lock for the block; yields whether it had to be waited for.

        Raises:
            LoginBusy: somebody else held it for longer than the patience.
            StorageError: the file system cannot lock, or the folder cannot be written.
        """
        lock = UnixFileLock(
            self._path, mode=0o600, thread_local=False, fallback_to_soft=False, preserve_lock_file=True
        )
        waited = await self._acquire(lock, on_wait)
        try:
            yield waited
        finally:
            lock.release()

    async def _acquire(self, lock: UnixFileLock, on_wait: Callable[[], None]) -> bool:
        deadline = self._clock.monotonic() + self._patience
        waited = False
        while not self._try(lock):
            if not waited:
                waited = True
                on_wait()
            if self._clock.monotonic() >= deadline:
                raise LoginBusy(
                    f"Another VEGA process has been signing in for more than {self._patience:.0f} s. Nothing"
                    " was started here. Finish or stop the other one, then try again."
                )
            await self._clock.sleep(POLL_SECONDS)
        return waited

    def _try(self, lock: UnixFileLock) -> bool:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        except (OSError, NotImplementedError) as error:
            reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
            raise StorageError(
                f"{self._path} cannot be locked: {reason}. Without the lock two browsers could sign in at"
                " once, so nothing was started. Put VEGA_DATA_DIR on a local disk that you may write."
            ) from error
        return True
