"""The journal as the engine uses it: off the event loop, one at a time, never cut in the middle."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

from vega_terminal.clock import Clock
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import HeldToken
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.store.journal.file_ops import FileOps, OsFileOps
from vega_terminal.store.journal.journal_file import JournalFile
from vega_terminal.store.journal.lock import PATIENCE_S, JournalLock
from vega_terminal.store.journal.pending import HeldNote, PendingRecords
from vega_terminal.store.journal.refusals import unusable
from vega_terminal.store.journal.sealing import RecordSeal
from vega_terminal.store.vault.key import VaultKey

T = TypeVar("T")

JOURNAL_NAME: Final = "pending.journal"
_logger: Final = logging.getLogger(__name__)


class TokenJournal:
    """Tokens, and notes of all else, that are safe on disk though the database does not have them yet.

    Implements `engine.ports.ReplayBuffer`. Any number of processes may use one journal at once. A
    caller that is cancelled is let go once the step it asked for has ended, whichever way.
    """

    def __init__(
        self,
        folder: Path,
        key: VaultKey,
        clock: Clock,
        *,
        notify: Callable[[str], None] = _logger.warning,
        ops: FileOps | None = None,
        patience: float = PATIENCE_S,
    ) -> None:
        """Use the journal in `folder`; touches nothing yet.

        Args:
            folder: `VEGA_DATA_DIR`; made 0700 when the first record is written.
            key: of the vault.
            clock: dates a damaged file that is set aside.
            notify: takes sentences worth telling the operator, on the event loop.
            ops: the file system; None for the machine's own.
            patience: seconds to wait for another process that uses the journal.
        """
        self._path = folder / JOURNAL_NAME
        self._ops = ops or OsFileOps()
        self._notify = notify
        self._notices: SimpleQueue[str] = SimpleQueue()
        self._lock = JournalLock(folder / f"{JOURNAL_NAME}.lock", patience)
        seal = RecordSeal(key)
        file = JournalFile(self._path, seal, self._ops, clock, self._notices.put)
        self._pending = PendingRecords(file, seal, self._notices.put)

    async def hold(self, token: AccessToken) -> int:
        """Hold `token`: it survives a crash and a power cut from the moment this returns.

        Returns:
            The number to strike it by. A token that is held already keeps its number.

        Raises:
            StorageError: it is not safe here; what was held before still is. (VaultError: the journal is
                sealed with another key.)
        """
        return await self._run(f"take the token of {token.slot}", partial(self._hold, token))

    async def held(self) -> tuple[HeldToken, ...]:
        """Everything that is held, PRIMARY first, then as written; what has expired, too.

        Raises:
            StorageError: the journal cannot be read; it was left as it is.
        """
        return await self._run("be read", self._held)

    async def note(self, topic: str, text: str) -> int:
        """Keep `text` for when the database is back; as safe as a token from the moment this returns.

        Args:
            topic: what it is about: small letters and underscores.
            text: sealed in the file.

        Returns:
            The number to strike it by.

        Raises:
            StorageError: it is not safe here; what was kept before still is.
        """
        (sequence,) = await self.note_all(topic, (text,))
        return sequence

    async def note_all(self, topic: str, texts: Sequence[str]) -> tuple[int, ...]:
        """Keep several notes with one flush: all of them, or none; otherwise as `note`.

        Returns:
            The number of each, in order.

        Raises:
            StorageError: none of them is safe here; what was kept before still is.
        """
        if not texts:
            return ()
        return await self._run(f"take a note on {topic}", partial(self._note_all, topic, tuple(texts)))

    async def notes(self) -> tuple[HeldNote, ...]:
        """Every note that was not struck, in the order written, whoever wrote it.

        Raises:
            StorageError: the journal cannot be read; it was left as it is.
        """
        return await self._run("be read", self._notes)

    async def strike(self, sequences: Iterable[int]) -> None:
        """Keep these tokens and notes no longer, because the database has proven to have them.

        May be repeated.

        Raises:
            StorageError: they may still be there.
        """
        await self._run("be told what is saved", partial(self._strike, frozenset(sequences)))

    async def _run(self, what: str, step: Callable[[], T]) -> T:
        try:
            return await to_the_end(asyncio.to_thread(self._attempt, what, step))
        finally:
            self._pass_on_notices()

    def _attempt(self, what: str, step: Callable[[], T]) -> T:
        try:
            return step()
        except OSError as error:
            raise unusable(self._path, what, error) from error

    def _hold(self, token: AccessToken) -> int:
        self._ops.make_folder(self._path.parent)
        with self._lock.held():
            return self._pending.hold(token)

    def _note_all(self, topic: str, texts: tuple[str, ...]) -> tuple[int, ...]:
        self._ops.make_folder(self._path.parent)
        with self._lock.held():
            return self._pending.note_all(topic, texts)

    def _held(self) -> tuple[HeldToken, ...]:
        # Looked for without the lock: a journal that exists never vanishes, and reading makes none.
        if not self._ops.exists(self._path):
            return ()
        with self._lock.held():
            return self._pending.held()

    def _notes(self) -> tuple[HeldNote, ...]:
        if not self._ops.exists(self._path):
            return ()
        with self._lock.held():
            return self._pending.notes()

    def _strike(self, sequences: Iterable[int]) -> None:
        if self._ops.exists(self._path):
            with self._lock.held():
                self._pending.strike(sequences)

    def _pass_on_notices(self) -> None:
        while True:
            try:
                self._notify(self._notices.get_nowait())
            except Empty:
                return
