"""Writes that outlive a database which cannot be used: noted in the journal, applied once it is back.

While the database is locked or broken the run goes on, so whatever protects the account has to be durable
all the same. Each kind of record has a topic; its notes are applied in the order in which they were written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.store.deferred.lock import one_at_a_time
from vega_terminal.store.journal.pending import HeldNote

LOCK_NAME: Final = "pending.journal.replay.lock"
STRIKE_AT_ONCE: Final = 64
"""So many notes are struck with one flush, where applying them again does no harm at all."""

Apply = Callable[[str], Awaitable[None]]
"""Writes one note down in the database. May be called again with the same note, and must then change
nothing. Raises StorageError when the database cannot be used, ValueError when the note cannot be read."""


class NoteBook(Protocol):
    """The journal, as far as notes go; see `TokenJournal`. Every method raises StorageError."""

    async def note_all(self, topic: str, texts: Sequence[str]) -> tuple[int, ...]:
        """Keep notes, all of them or none; durable on return."""
        ...

    async def notes(self) -> tuple[HeldNote, ...]:
        """Every note, in the order written."""
        ...

    async def strike(self, sequences: Iterable[int]) -> None:
        """Keep these no longer; may be repeated."""
        ...


@dataclass(frozen=True, slots=True)
class _Topic:
    apply: Apply
    meaning: str
    strike_at_once: int


class Deferred:
    """Keeps notes and applies them."""

    def __init__(
        self, journal: NoteBook, data_folder: Path, clock: Clock, notify: Callable[[str], None]
    ) -> None:
        """Keep notes in `journal`.

        Args:
            journal: where they are durable.
            data_folder: `VEGA_DATA_DIR`, for the lock that lets one process at a time apply them.
            clock: to wait for that lock by.
            notify: takes sentences worth telling the operator.
        """
        self._journal = journal
        self._lock_path = data_folder / LOCK_NAME
        self._clock = clock
        self._notify = notify
        self._topics: dict[str, _Topic] = {}
        self._turn = asyncio.Lock()
        self._unreadable: set[int] = set()
        self._applied: set[int] = set()

    def register(
        self, topic: str, apply: Apply, *, meaning: str = "", strike_at_once: int = STRIKE_AT_ONCE
    ) -> None:
        """Say how notes of `topic` are applied; notes of topics that nobody registered stay.

        Args:
            topic: small letters and underscores.
            apply: see `Apply`.
            meaning: what it means for the operator when a note cannot be read; a sentence.
            strike_at_once: 1 where a crash must not let more than the last note be applied again.
        """
        self._topics[topic] = _Topic(apply, meaning, strike_at_once)

    async def note(self, topic: str, text: str) -> int:
        """Keep one note; durable on return. Returns its number.

        Raises:
            StorageError: the journal cannot take it.
        """
        (sequence,) = await self._journal.note_all(topic, (text,))
        return sequence

    async def note_all(self, topic: str, texts: Sequence[str]) -> tuple[int, ...]:
        """Keep several notes, all of them or none; durable on return. Returns their numbers.

        Raises:
            StorageError: the journal cannot take them.
        """
        return await self._journal.note_all(topic, texts)

    async def notes(self, topic: str) -> tuple[HeldNote, ...]:
        """The notes of `topic` that the database may not have yet, of every process, as written.

        Raises:
            StorageError: the journal cannot be read.
        """
        return tuple(note for note in await self._journal.notes() if note.topic == topic)

    async def replay(self, only: str | None = None) -> None:
        """Write down in the database, in order, what was noted, and let go of it; may be repeated.

        A crash between the database's commit and the journal's strike leaves a note that is applied
        again by whoever comes next. Notes that cannot be read are told once and stay.

        Args:
            only: this topic; None for all.

        Raises:
            StorageError: the database cannot be used, or the journal cannot be read; the rest is kept.
        """
        async with self._turn:
            if not await self._waiting(only):
                return
            async with one_at_a_time(self._lock_path, self._clock):
                # Read again under the lock: another process may have applied them meanwhile.
                while notes := await self._waiting(only):
                    if not await self._apply_in_order(notes):
                        return

    def tell_unreadable(self, note: HeldNote, error: ValueError) -> None:
        """Tell the operator once that a note means nothing to this version."""
        if note.sequence not in self._unreadable:
            self._unreadable.add(note.sequence)
            meaning = self._topics[note.topic].meaning
            self._notify(
                f"A note on {note.topic} in the journal cannot be read ({error}): another version of VEGA"
                f" Terminal may have written it. It stays there for that version. {meaning}".rstrip()
            )

    async def _waiting(self, only: str | None) -> list[HeldNote]:
        topics = self._topics.keys() & ({only} if only else self._topics.keys())
        return [
            note
            for note in await self._journal.notes()
            if note.topic in topics and note.sequence not in self._unreadable
        ]

    async def _apply_in_order(self, notes: Sequence[HeldNote]) -> bool:
        """Apply and strike; False when the journal lets go of nothing now."""
        done: list[int] = []
        try:
            for note in notes:
                if await self._apply(note):
                    done.append(note.sequence)
                if len(done) >= self._topics[note.topic].strike_at_once:
                    if not await self._strike(done):
                        return False
                    done = []
        except StorageError:
            await self._strike(done)
            raise
        return await self._strike(done)

    async def _apply(self, note: HeldNote) -> bool:
        """Whether the database has it now."""
        if note.sequence in self._applied:
            return True
        try:
            await self._topics[note.topic].apply(note.text)
        except ValueError as error:
            self.tell_unreadable(note, error)
            return False
        self._applied.add(note.sequence)
        return True

    async def _strike(self, sequences: Sequence[int]) -> bool:
        try:
            await self._journal.strike(sequences)
        except StorageError as error:
            # The database has them, so nothing is lost; this process does not apply them again.
            self._notify(f"What was noted is in the database, but the journal still has it, too. {error}")
            return False
        self._applied.difference_update(sequences)
        return True
