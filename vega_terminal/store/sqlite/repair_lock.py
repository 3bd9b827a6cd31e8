"""One process at a time makes or replaces a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import Timeout, UnixFileLock

from vega_terminal.domain.errors import DatabaseLocked, StorageError
from vega_terminal.store.sqlite.preparation import unusable_folder

PATIENCE_S: Final = 5.0
"""Making a database takes milliseconds, replacing one a fraction of a second."""
_POLL_S: Final = 0.01


@contextmanager
def repair_lock(path: Path) -> Iterator[None]:
    """Hold a kernel lock beside the database at `path` for the block; blocks the thread.

    Whoever gets it has to look again at what made it ask for the lock.

    Raises:
        DatabaseLocked: another process held it for longer than the patience.
        StorageError: the system cannot lock there.
    """
    place = path.with_name(f"{path.name}.repair.lock")
    lock = UnixFileLock(
        place,
        timeout=PATIENCE_S,
        mode=0o600,
        poll_interval=_POLL_S,
        fallback_to_soft=False,
        preserve_lock_file=True,
    )
    try:
        # The library takes some refusals of the system for a lock that is held.
        place.touch(mode=0o600)
        lock.acquire()
    except Timeout as error:
        raise DatabaseLocked(
            f"The database {path} is being made or replaced by another VEGA process. Try again in a moment."
        ) from error
    except OSError as error:
        raise unusable_folder(path.parent, error) from error
    except NotImplementedError as error:
        raise StorageError(f"{path.parent} cannot lock files. Put VEGA_DATA_DIR on a local disk.") from error
    try:
        yield
    finally:
        lock.release()
