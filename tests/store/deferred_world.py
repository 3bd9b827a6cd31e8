"""Processes that share a real database, which can be taken away, and a real journal, and may die anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import DatabaseLocked
from vega_terminal.domain.status import Cooldown
from vega_terminal.engine.ports import CooldownRecord, ExecutionState
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.deferred.records import DeferredRecords
from vega_terminal.store.journal.file_ops import OsFileOps
from vega_terminal.store.journal.pending import HeldNote
from vega_terminal.store.journal.token_journal import TokenJournal
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.sqlite.writer import Row
from vega_terminal.store.tables.cooldowns import SqliteCooldownStore
from vega_terminal.store.tables.executions import SqliteExecutionStore
from vega_terminal.store.tables.sign_ins import SqliteSignInLedger

from .support import ScriptedClock, opened

IDENTITIES: Final = ("identity-1", "identity-2")
Facts = tuple[object, ...]


class Died(BaseException):
    """The process is no more."""


class NoFlush(OsFileOps):
    """The kernel remembers; power cuts are tested elsewhere."""

    def fsync(self, descriptor: int) -> None:
        pass

    def fsync_dir(self, folder: Path) -> None:
        pass


class Fuse:
    """Burns down with each step that leaves a trace on disk."""

    def __init__(self) -> None:
        self.left = 0
        self.after = False

    @contextmanager
    def step(self) -> Iterator[None]:
        if self.left == 1 and not self.after:
            self.left = 0
            raise Died
        yield
        if self.left == 1:
            self.left = 0
            raise Died
        self.left = max(0, self.left - 1)


class FragileDatabase(Database):
    """The real one, out of reach while it is `locked`."""

    def __init__(self, real: Database, fuse: Fuse) -> None:
        self.path = real.path
        self._real = real
        self._fuse = fuse
        self.locked = False

    async def read(self, query: str, parameters: Sequence[object] = ()) -> list[Row]:
        self._require_unlocked()
        return await self._real.read(query, parameters)

    async def write(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        self._require_unlocked()
        with self._fuse.step():
            return await self._real.write(statement, parameters)

    def _require_unlocked(self) -> None:
        if self.locked:
            raise DatabaseLocked("locked")


class FragileJournal:
    """The real one; whoever uses it may die before and after each write."""

    def __init__(self, real: TokenJournal, fuse: Fuse) -> None:
        self._real = real
        self._fuse = fuse

    async def note_all(self, topic: str, texts: Sequence[str]) -> tuple[int, ...]:
        with self._fuse.step():
            return await self._real.note_all(topic, texts)

    async def notes(self) -> tuple[HeldNote, ...]:
        return await self._real.notes()

    async def strike(self, sequences: Iterable[int]) -> None:
        with self._fuse.step():
            await self._real.strike(sequences)


@dataclass
class Process:
    """One that is running, with what it has in its memory."""

    records: DeferredRecords

    def __post_init__(self) -> None:
        self.deferred = self.records.deferred
        self.sign_ins = self.records.sign_ins
        self.cooldowns = self.records.cooldowns
        self.executions = self.records.executions

    async def facts(self) -> Facts:
        sign_ins = {each: await self.sign_ins.sign_in_record(each) for each in IDENTITIES}
        cooldowns = {each.cooldown.identity: each for each in await self.cooldowns.load_cooldowns()}
        return (sign_ins, cooldowns, await self.executions.latest_execution())


class World:
    """Two processes, a database, a journal."""

    def __init__(self, database: Database, journal: TokenJournal, told: list[str]) -> None:
        self.fuse = Fuse()
        self.told = told
        self.journal = journal
        self.real = database
        self.database = FragileDatabase(database, self.fuse)
        self.processes = [self.new_process() for _ in range(2)]

    @classmethod
    async def open(cls, folder: Path, stack: AsyncExitStack) -> World:
        told: list[str] = []
        clock = ScriptedClock()
        store = await stack.enter_async_context(opened(folder, clock, told))
        journal = TokenJournal(folder / "data", store.key, clock, notify=told.append, ops=NoFlush())
        return cls(store.database, journal, told)

    @property
    def locked(self) -> bool:
        return self.database.locked

    @locked.setter
    def locked(self, locked: bool) -> None:
        self.database.locked = locked

    def die_at(self, calls: int, *, after: bool) -> None:
        self.fuse.left, self.fuse.after = calls, after

    @contextmanager
    def unharmed(self) -> Iterator[None]:
        """Nobody dies in this block."""
        left, self.fuse.left = self.fuse.left, 0
        yield
        self.fuse.left = left

    def new_process(self, database: Database | None = None, clock: Clock | None = None) -> Process:
        used = database or self.database
        journal = FragileJournal(self.journal, self.fuse)
        deferred = Deferred(journal, self.real.path.parent, clock or ScriptedClock(), self.told.append)
        ports = (SqliteSignInLedger(used), SqliteCooldownStore(used), SqliteExecutionStore(used))
        return Process(DeferredRecords.on_top_of(deferred, *ports))

    def restart(self, who: int) -> None:
        self.processes[who] = self.new_process()

    async def as_a_newcomer_sees_it(self) -> Facts:
        """A process that can use the database and reads before it does anything."""
        return await self.new_process(self.real).facts()

    async def in_database(self) -> Facts:
        """Without the journal."""
        ledger, store = SqliteSignInLedger(self.real), SqliteCooldownStore(self.real)
        sign_ins = {each: await ledger.sign_in_record(each) for each in IDENTITIES}
        cooldowns = {each.cooldown.identity: each for each in await store.load_cooldowns()}
        return (sign_ins, cooldowns, await SqliteExecutionStore(self.real).latest_execution())


def cooldown(identity: str, at: datetime, length: int, *, provisional: bool = False) -> CooldownRecord:
    """One that begins at `at` and lasts `length` minutes."""
    record = Cooldown(identity, "…3210", at + timedelta(minutes=length), "429")
    return CooldownRecord(record, at, "boot", 12.1, provisional)


def execution(name: str, at: datetime, done: int) -> ExecutionState:
    planned = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2")
    return ExecutionState(name, "root via cli", "policy", planned, planned[:done], None, at, at)
