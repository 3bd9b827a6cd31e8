"""What is known of a record while the database cannot be asked: what it last said, and every note since."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.deferred.topic import Topic

S = TypeVar("S")
N = TypeVar("N")
T = TypeVar("T")


class DeferredView(Generic[S, N]):
    """Reads and writes records of one topic, whether or not the database can be used."""

    def __init__(self, topic: Topic[S, N], deferred: Deferred) -> None:
        self._topic = topic
        self._deferred = deferred
        self._turn = asyncio.Lock()
        self._notes: tuple[tuple[int, N], ...] = ()
        self._known: dict[str, S] = {}
        self._folded: dict[str, set[int]] = {}

    async def read(self, key: str, load: Callable[[], Awaitable[S]]) -> S:
        """The state of a record: as the database has it, and what is noted on top.

        While the database cannot be used: as it was last known in this process, and what any process has
        noted since.

        Raises:
            StorageError: the database cannot be used, and the record was never read here, or the journal
                cannot be read either: nobody knows.
        """
        async with self._turn:
            # The journal first: a note that is applied in between then counts, rather than being missed.
            trouble = await self._look()
            try:
                state = await load()
            except StorageError:
                if trouble is not None or key not in self._known:
                    raise
            else:
                self.know(key, state)
            self._catch_up()
            return self._known[key]

    async def write(
        self, key: str, store: Callable[[], Awaitable[T]], note: Callable[[S | None], N]
    ) -> T | None:
        """Change a record in the database, or note the change where it cannot be used; durable on return.

        Args:
            key: of the record.
            store: makes the change in the database.
            note: makes the note of it, given what is known of the record; None when nothing is.

        Returns:
            What `store` returned; None when it was noted.

        Raises:
            StorageError: neither the database nor the journal takes it.
        """
        async with self._turn:
            return await to_the_end(self._write(key, store, note))

    def know(self, key: str, state: S) -> None:
        """Take `state` for what the database says."""
        self._known[key] = state
        self._folded[key] = set()

    async def _write(
        self, key: str, store: Callable[[], Awaitable[T]], make_note: Callable[[S | None], N]
    ) -> T | None:
        trouble = await self._look()
        self._catch_up()
        note = make_note(self._known.get(key))
        try:
            if self._notes and trouble is None:
                # What was noted came first, so it has to be in the database first.
                await self._deferred.replay(self._topic.name)
            result = await store()
        except StorageError:
            sequence = await self._deferred.note(self._topic.name, self._topic.encode(note))
            self._notes = (*self._notes, (sequence, note))
            self._catch_up()
            return None
        if key in self._known:
            self._known[key] = self._topic.fold(self._known[key], note)
        return result

    async def _look(self) -> StorageError | None:
        """Read the notes; when the journal cannot be read, what was seen of them before still counts."""
        try:
            held = await self._deferred.notes(self._topic.name)
        except StorageError as error:
            return error
        notes = []
        for each in held:
            try:
                notes.append((each.sequence, self._topic.decode(each.text)))
            except ValueError as error:
                self._deferred.tell_unreadable(each, error)
        self._notes = tuple(notes)
        return None

    def _catch_up(self) -> None:
        """Count in each note on a known record, once."""
        for sequence, note in self._notes:
            key = self._topic.key(note)
            if key in self._known and sequence not in self._folded[key]:
                self._known[key] = self._topic.fold(self._known[key], note)
                self._folded[key].add(sequence)
