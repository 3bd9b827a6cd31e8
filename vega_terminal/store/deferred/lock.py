"""One replay at a time on this machine: what was noted is applied in order, by one process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError

if TYPE_CHECKING:
    from filelock import UnixFileLock

PATIENCE_S: Final = 5.0
_POLL_S: Final = 0.02


@asynccontextmanager
async def one_at_a_time(path: Path, clock: Clock, patience: float = PATIENCE_S) -> AsyncIterator[None]:
    """Hold a kernel lock on `path` for the block; a process that dies lets go of it.

    Args:
        path: of the lock file, in a folder that exists; made 0600, never removed.
        clock: to wait by.
        patience: seconds to wait for another process at most.

    Raises:
        StorageError: another process held it for longer, or the system cannot lock it.
    """
    from filelock import UnixFileLock  # noqa: PLC0415 - needed only after trouble with the database

    lock = UnixFileLock(path, mode=0o600, thread_local=False, fallback_to_soft=False, preserve_lock_file=True)
    deadline = clock.monotonic() + patience
    while not _taken(lock, path):
        if clock.monotonic() >= deadline:
            raise StorageError(
                f"Another VEGA process has been writing down what was noted for more than {patience:g} s; it"
                " may be stopped. Nothing was changed. Let it go on or end it, then try again."
            )
        await clock.sleep(_POLL_S)
    try:
        yield
    finally:
        lock.release()


def _taken(lock: UnixFileLock, path: Path) -> bool:
    from filelock import Timeout  # noqa: PLC0415 - needed only after trouble with the database

    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    except OSError as error:
        raise StorageError(
            f"{path} cannot be locked ({error.strerror or error}). Put VEGA_DATA_DIR on a local disk that you"
            " may write."
        ) from error
    return True
