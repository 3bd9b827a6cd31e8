"""How soon held tokens are saved once another program lets go of the database."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.material import opened_store, slots, token
from benchmarks.result import SPREAD_COLUMNS, Report, Samples, Table, spread_row
from benchmarks.turns import in_turn
from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import DatabaseLocked
from vega_terminal.domain.events import DatabaseChanged, Event
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.slots import Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.recovery import FIRST_PAUSE, LONGEST_PAUSE, DatabaseRecovery
from vega_terminal.engine.replay import TokenReplay
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.store.opening import Store

ROUNDS: Final = 7
HELD_SECONDS: Final = (0.5, 3.5)
"""The shortest and the longest time; drawn anew each time: it meets the pauses differently."""
_CHANCE: Final = Random(3)
_ROSTER: Final = Roster(slots(6))
_FACTS: Final = (
    (
        f"Another process holds BEGIN EXCLUSIVE for {HELD_SECONDS[0]:g} to {HELD_SECONDS[1]:g} s."
        f" The way back tries after {FIRST_PAUSE:g} s, then in pauses that double up to {LONGEST_PAUSE:g} s:"
        " what a user waits after the unlock is mostly the rest of such a pause."
    ),
    "The second row is the work alone: roll back, close, open again, check every page, save six tokens.",
)
_HOLDER: Final = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
print("free", flush=True)
"""


@dataclass(frozen=True, slots=True)
class UnlockingResult:
    """From the unlock to the last token in the database."""

    with_pause: Samples
    work_alone: Samples

    def report(self) -> Report:
        rows = (spread_row(self.with_pause), spread_row(self.work_alone))
        table = Table("From the unlock to six held tokens in the database", SPREAD_COLUMNS, rows)
        return Report("After a locked database", (table,), facts=_FACTS)


def run(rounds: int | None) -> UnlockingResult:
    """Measure; some twenty seconds."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> UnlockingResult:
    with_pause, work_alone = await in_turn([_unlocked, _work], rounds)
    return UnlockingResult(Samples("unlock to saved", with_pause), Samples("of it work", work_alone))


async def _unlocked() -> float:
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        async with opened_store(Path(folder)) as store:
            board, back = StatusBoard(AuthStatus.for_names(_ROSTER.names), SystemClock()), asyncio.Event()
            board.watch(lambda event, _status: back.set() if _is_back(event) else None)
            replay = TokenReplay(store.tokens, store.journal, _ROSTER, board)
            recovery = DatabaseRecovery(
                store.recovery, replay, board, SystemClock(), attempts=3, patience=60.0
            )
            with _held(store.database_path) as holder:
                await _hold_all(store)
                await _meet_the_lock(store)
                await asyncio.sleep(_CHANCE.uniform(*HELD_SECONDS))
                began = await asyncio.to_thread(_release, holder)
                await back.wait()
                took = (time.perf_counter() - began) * 1000
            await recovery.close()
            _require_saved(store.database_path)
            return took


async def _work() -> float:
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        async with opened_store(Path(folder)) as store:
            await _hold_all(store)
            board = StatusBoard(AuthStatus.for_names(_ROSTER.names), SystemClock())
            began = time.perf_counter()
            await store.recovery.reopen()
            await TokenReplay(store.tokens, store.journal, _ROSTER, board).run()
            took = (time.perf_counter() - began) * 1000
            _require_saved(store.database_path)
            return took


async def _hold_all(store: Store) -> None:
    for slot in _ROSTER:
        await store.journal.hold(token(slot))


async def _meet_the_lock(store: Store) -> None:
    try:
        await store.tokens.save(token(_ROSTER.slots[0]))
    except DatabaseLocked:
        return
    raise RuntimeError("The database was not locked; the figure would mean nothing.")


def _is_back(event: Event) -> bool:
    return isinstance(event, DatabaseChanged) and event.state is DatabaseState.OK


@contextmanager
def _held(database: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _HOLDER, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        _expect(holder, "held")
        yield holder


def _release(holder: subprocess.Popen[str]) -> float:
    """Have it let go; returns when it has."""
    if holder.stdin is None:
        raise RuntimeError("The holder does not listen.")
    holder.stdin.write("\n")
    holder.stdin.flush()
    _expect(holder, "free")
    return time.perf_counter()


def _expect(holder: subprocess.Popen[str], word: str) -> None:
    if holder.stdout is None or holder.stdout.readline().strip() != word:
        raise RuntimeError(f"The holder of the database did not say '{word}'.")


def _require_saved(database: Path) -> None:
    connection = sqlite3.connect(database)
    ((saved,),) = connection.execute("SELECT count(*) FROM tokens")
    connection.close()
    if saved != len(_ROSTER):
        raise RuntimeError(f"{saved} of {len(_ROSTER)} tokens were saved; the figure would mean nothing.")
