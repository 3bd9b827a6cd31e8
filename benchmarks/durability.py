"""What it costs to keep one token: journal and commit together, against each alone and bare SQLite."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.material import opened_store, slots, token
from benchmarks.result import Report, Samples, Table, median_ratio, span
from benchmarks.turns import in_turn
from vega_terminal.clock import SystemClock
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.persistence import TokenPersistence
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.store.opening import Store

ROUNDS: Final = 200
_SLOTS: Final = slots(6)
_COLUMNS: Final = ("", "median", "p99", "runs")
_FACTS: Final = (
    (
        "The product's way: sealed into the journal and flushed, committed by the one writer, read back"
        " through the other connection, opened and compared, struck from the journal and flushed."
    ),
    "Bare SQLite: one row of the same size in one synchronous statement on an open connection; no sealing.",
)
Keep = Callable[[], Awaitable[float]]
"""Keeps one token; returns how many milliseconds that took."""


@dataclass(frozen=True, slots=True)
class DurabilityResult:
    """Every contender's samples, the product first."""

    contenders: tuple[Samples, ...]

    def report(self) -> Report:
        rows = tuple(
            (each.name, span(each.median), span(each.percentile(0.99)), str(len(each.values)))
            for each in self.contenders
        )
        product, *others = self.contenders
        ratios = tuple(
            f"The product / {each.name}, median of the pairs: {median_ratio(product, each):.2f} x"
            for each in others
        )
        table = Table("One token, in turn", _COLUMNS, rows)
        return Report("Keeping a token", (table,), facts=(*ratios, *_FACTS))


def run(rounds: int | None) -> DurabilityResult:
    """Measure; some seconds."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> DurabilityResult:
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as name:
        folder = Path(name)
        async with opened_store(folder) as store:
            contenders = {
                f"journal + commit, as the product does ({store.journal_mode}, {_version()})": _product(
                    store
                ),
                "journal alone": _journal_alone(store),
                "the product's commit alone": _commit_alone(store),
            }
            with (
                closing(_bare(folder / "delete.db", "DELETE", "EXTRA")) as delete,
                closing(_bare(folder / "full.db", "DELETE", "FULL")) as full,
                closing(_bare(folder / "wal.db", "WAL", "FULL")) as wal,
            ):
                contenders |= {
                    "bare SQLite, DELETE and EXTRA": _bare_commit(delete),
                    "bare SQLite, DELETE and FULL": _bare_commit(full),
                    "bare SQLite, WAL and FULL": _bare_commit(wal),
                }
                samples = await in_turn(tuple(contenders.values()), rounds)
    return DurabilityResult(tuple(map(Samples, contenders, samples)))


def _version() -> str:
    return f"SQLite {sqlite3.sqlite_version}"


def _tokens() -> Callable[[], AccessToken]:
    """Makes tokens of rising epoch, slot after slot."""
    epochs = iter(range(1, 1_000_000))

    def following() -> AccessToken:
        epoch = next(epochs)
        return token(_SLOTS[epoch % len(_SLOTS)], epoch)

    return following


def _product(store: Store) -> Keep:
    board = StatusBoard(AuthStatus.for_names(tuple(slot.name for slot in _SLOTS)), SystemClock())
    persistence = TokenPersistence(store.tokens, store.journal, HotTokenRegistry(), board)
    following = _tokens()

    async def keep() -> float:
        fresh, began = following(), time.perf_counter()
        await persistence.keep(fresh, await persistence.hold(fresh))
        return _since(began)

    return keep


def _journal_alone(store: Store) -> Keep:
    following = _tokens()

    async def keep() -> float:
        fresh, began = following(), time.perf_counter()
        sequence = await store.journal.hold(fresh)
        took = _since(began)
        await store.journal.strike([sequence])
        return took

    return keep


def _commit_alone(store: Store) -> Keep:
    following = _tokens()

    async def keep() -> float:
        fresh, began = following(), time.perf_counter()
        await store.tokens.save(fresh)
        return _since(began)

    return keep


def _bare(path: Path, mode: str, synchronous: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("CREATE TABLE tokens (slot TEXT PRIMARY KEY, sealed BLOB)")
    return connection


def _bare_commit(connection: sqlite3.Connection) -> Keep:
    numbers = iter(range(1_000_000))

    async def keep() -> float:
        row = (_SLOTS[next(numbers) % len(_SLOTS)].name, os.urandom(450))
        began = time.perf_counter()
        connection.execute("INSERT OR REPLACE INTO tokens VALUES (?, ?)", row)
        return _since(began)

    return keep


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
