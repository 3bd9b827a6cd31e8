"""Opens the database file, again and again over a process's life, whatever state it finds it in."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vega_terminal.clock import Clock
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.store.sqlite.engine_gate import JournalMode, Version, require_usable
from vega_terminal.store.sqlite.errors import DatabaseDamaged
from vega_terminal.store.sqlite.filesystem import FileSystemType, file_system_type, require_local
from vega_terminal.store.sqlite.preparation import make_folder, make_private, prepare, unusable_folder
from vega_terminal.store.sqlite.retry import BusyRetry
from vega_terminal.store.sqlite.session import Pauses, Session, open_session

if TYPE_CHECKING:
    from vega_terminal.store.sqlite.rebuild import Rebuilt

_logger: Final = logging.getLogger(__name__)


class Opener:
    """Creates, checks, repairs and opens one database file.

    Attributes:
        path: of the file.
        rebuilt: set when a damaged database had to be replaced; whoever tells it to the operator clears it.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        *,
        busy_attempts: int,
        version: Version = sqlite3.sqlite_version_info,
        type_of: FileSystemType = file_system_type,
    ) -> None:
        """Touches nothing yet.

        Args:
            path: of the file; its folder is created when it is missing.
            clock: what pauses between attempts wait on; dates what is set aside.
            busy_attempts: how often a held database is tried.
            version: of the SQLite library; decides on the journal mode.
            type_of: tells the file system of a folder.
        """
        self.path: Final = path
        self.rebuilt: Rebuilt | None = None
        self._clock = clock
        self._retry = BusyRetry(path, clock, busy_attempts)
        self._version = version
        self._type_of = type_of

    async def open(self, pauses: Pauses) -> Session:
        """Open it; `pauses` hears of the session's first trouble.

        Raises:
            DatabaseLocked: somebody held it during every attempt.
            StorageError: it cannot be used; the sentence says what to do.
        """
        # To the end: a cancelled caller must not leave a thread behind that still works on the file.
        mode = await self._retry.run(lambda: to_the_end(asyncio.to_thread(self._prepare)))
        return await open_session(self.path, mode, self._retry, pauses)

    def _prepare(self) -> JournalMode:
        try:
            return self._prepared()
        except OSError as error:
            raise unusable_folder(self.path.parent, error) from error

    def _prepared(self) -> JournalMode:
        require_usable(self._version)
        require_local(self.path.parent, self._type_of)
        make_folder(self.path.parent)
        if not self.path.exists():
            self._create()
        make_private(self.path)
        try:
            return prepare(self.path, self._version)
        except DatabaseDamaged:
            return self._repair()

    def _create(self) -> None:
        """Under the lock, because a missing database may be one that is just being replaced."""
        from vega_terminal.store.sqlite.rebuild import finish_interrupted  # noqa: PLC0415 - rarely needed
        from vega_terminal.store.sqlite.repair_lock import repair_lock  # noqa: PLC0415 - rarely needed

        with repair_lock(self.path):
            if not self.path.exists():
                finish_interrupted(self.path)
                make_private(self.path)

    def _repair(self) -> JournalMode:
        from vega_terminal.store.sqlite.rebuild import rebuild  # noqa: PLC0415 - rarely needed
        from vega_terminal.store.sqlite.repair_lock import repair_lock  # noqa: PLC0415 - rarely needed

        with repair_lock(self.path):
            try:
                # Somebody else may have replaced it while this process waited for the lock.
                return prepare(self.path, self._version)
            except DatabaseDamaged as damage:
                self.rebuilt = rebuild(self.path, self._version, self._clock.now(), damage)
                _logger.warning("%s Set aside as %s.", damage, self.rebuilt.aside)
            return prepare(self.path, self._version)
