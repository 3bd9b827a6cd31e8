"""What must be true of a data folder after a life that ended badly, and of the next life in it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vega_terminal.clock import SystemClock
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.slots import Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.replay import TokenReplay
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.store.audit.book import SqliteAuditBook
from vega_terminal.store.audit.checkpoint import AuditCheckpoint
from vega_terminal.store.opening import DATABASE_NAME, Store
from vega_terminal.wiring import Storage, stored

from .lines import digest
from .trader import NAMES, live, settings_in

Token = tuple[str, str]
"""Slot and digest."""
ENDS_WELL: Final = frozenset({"VALID", "PENDING_PERSIST"})


@dataclass(frozen=True, slots=True)
class Left:
    """What lies in a folder."""

    saved: frozenset[Token]
    held: tuple[Token, ...]

    @property
    def everything(self) -> frozenset[Token]:
        """Each token, wherever it is."""
        return self.saved | frozenset(self.held)


@dataclass(frozen=True, slots=True)
class Account:
    """What a process said before it ended.

    Attributes:
        issued: tokens that the broker handed over.
        acknowledged: those that the run could rely on.
        code: the exit code that it announced; None when it did not come so far.
        results: verdict and failure of each slot.
        events: what it told of.
    """

    issued: frozenset[Token]
    acknowledged: frozenset[Token]
    code: int | None
    results: dict[str, tuple[str, str]]
    events: tuple[str, ...]

    @classmethod
    def of(cls, lines: Sequence[str]) -> Account:
        """Read what was said."""
        words = [line.split(" ", 3) for line in lines]

        def tokens(*verbs: str) -> frozenset[Token]:
            return frozenset((each[1], each[2]) for each in words if each[0] in verbs)

        codes = [int(each[1]) for each in words if each[0] == "done"]
        return cls(
            issued=tokens("issued"),
            acknowledged=tokens("held", "kept"),
            code=codes[0] if codes else None,
            results={each[1]: (each[2], each[3]) for each in words if each[0] == "result"},
            events=tuple(each[1] for each in words if each[0] == "event"),
        )

    def require_kept(self, left: Left) -> None:
        """What was acknowledged is there, nothing else than what was issued is, and nothing is held twice."""
        assert self.acknowledged <= left.everything, f"lost: {self.acknowledged - left.everything}"
        assert left.everything <= self.issued, f"unknown: {left.everything - self.issued}"
        assert len(set(left.held)) == len(left.held), f"held twice: {left.held}"

    def require_defined_end(self, code: int) -> None:
        """A run that met a failing disk ends by itself and says of each slot what became of it."""
        assert code == self.code, f"exit code {code}, announced {self.code}"
        assert self.results
        failed = {slot for slot, (verdict, _) in self.results.items() if verdict not in ENDS_WELL}
        assert (code == ExitCode.OK) is (not failed), f"exit code {code} with {self.results}"
        assert all(self.results[slot][1] != "-" for slot in failed), f"a failure is not told: {self.results}"


def require_nothing_lost(folder: Path, account: Account) -> None:
    """Open the store in `folder` again and replay: all is there, nothing is twice, nothing is held."""
    require_whole(folder)
    before, after = asyncio.run(_before_and_after_replay(folder))
    account.require_kept(before)
    assert not after.held, f"still held: {after.held}"
    assert after.saved == before.everything, f"{after.saved} after the replay of {before}"
    require_whole(folder)


def require_going_on(folder: Path, account: Account) -> None:
    """The next run in `folder` works, and makes nothing again that the one before it acknowledged."""
    next_life = Account.of(_live(folder))
    assert next_life.code == ExitCode.OK, f"the next run failed: {next_life}"
    made_again = {slot for slot, _ in next_life.issued} & {slot for slot, _ in account.acknowledged}
    assert not made_again, f"made once more: {made_again}"
    after = asyncio.run(_present(folder))
    assert not after.held, f"still held: {after.held}"
    assert sorted(slot for slot, _ in after.saved) == sorted(NAMES)
    assert account.acknowledged <= after.saved <= account.issued | next_life.issued
    require_whole(folder)


def require_whole(folder: Path) -> None:
    """SQLite finds nothing wrong, and nobody had to put anything aside."""
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        slots = [slot for (slot,) in connection.execute("SELECT slot FROM tokens")]
    assert len(set(slots)) == len(slots)
    assert not list(folder.glob("*.damaged-*"))


def _live(folder: Path) -> list[str]:
    lines: list[str] = []
    asyncio.run(live(folder, lambda *words: lines.append(" ".join(map(str, words)))))
    return lines


async def _before_and_after_replay(folder: Path) -> tuple[Left, Left]:
    async with opened(folder) as (storage, roster, board):
        store = storage.store
        before = await _look(store, roster)
        await storage.records.begin({slot.identity.key for slot in roster})
        await TokenReplay(store.tokens, store.journal, roster, board).run()
        await _require_whole_trail(storage)
        return before, await _look(store, roster)


async def _present(folder: Path) -> Left:
    async with opened(folder) as (storage, roster, _):
        await _require_whole_trail(storage)
        return await _look(storage.store, roster)


async def _require_whole_trail(storage: Storage) -> None:
    store = storage.store
    checkpoint = AuditCheckpoint(store.database_path.parent, store.key)
    found = await SqliteAuditBook(store.database, store.key, checkpoint).verify()
    assert found.whole, f"the audit trail is broken: {found.first_bad}"


async def _look(store: Store, roster: Roster) -> Left:
    saved = await store.tokens.load(roster.slots)
    held = await store.journal.held()
    return Left(
        frozenset((name, digest(entry.token.value)) for name, entry in saved.items()),
        tuple((each.token.slot, digest(each.token.value)) for each in held),
    )


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Storage, Roster, StatusBoard]]:
    """The real store in `folder`, with the roster and a board to tell things to."""
    settings, clock = settings_in(folder), SystemClock()
    board = StatusBoard(AuthStatus.for_names(NAMES), clock)
    async with stored(settings, clock, board.say) as storage:
        yield storage, settings.roster, board
