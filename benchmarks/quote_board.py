"""Our quote board against Textual's table: what ten changes of sixty rows a second cost."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.board_app import SECONDS, WARM_UP_SECONDS
from benchmarks.result import Goal, Report, Samples, Table, median_ratio
from benchmarks.screen_watch import watched
from benchmarks.turns import in_turn

ROUNDS: Final = 2
SIZE: Final = (140, 66)
SHARE_LIMIT: Final = 15.0
"""Percent of one core."""
_COLUMNS: Final = ("", "share of a core", "CPU a frame", "frames a second", "written a second")
_FACTS: Final = (
    "One cell of each of 60 rows gets a new price ten times a second; 12 columns, a terminal of 140 x 66.",
    "Ours also highlights the changed digits and lets them fade; the table shows them plainly.",
)


@dataclass(frozen=True, slots=True)
class BoardRun:
    """One contender's ten seconds, its start not counted.

    Attributes:
        seconds: they took.
        cpu: seconds of processor time.
        frames: painted.
        written: bytes to the terminal a second.
    """

    seconds: float
    cpu: float
    frames: int
    written: float

    @property
    def share(self) -> float:
        """Percent of one core."""
        return 100 * self.cpu / self.seconds

    @property
    def frame_ms(self) -> float:
        """Milliseconds of processor time a painted frame."""
        return 1000 * self.cpu / self.frames


@dataclass(frozen=True, slots=True)
class BoardResult:
    """All runs of both."""

    board: tuple[BoardRun, ...]
    table: tuple[BoardRun, ...]

    def report(self) -> Report:
        rows = (_row("QuoteBoard", self.board), _row("DataTable, update_cell", self.table))
        ours, other = (Samples("", tuple(run.frame_ms for run in runs)) for runs in (self.board, self.table))
        share = Samples("", tuple(run.share for run in self.board)).median
        ratio = median_ratio(ours, other)
        return Report(
            "Sixty quotes, ten times a second",
            (Table("Ten seconds in a pseudo-terminal, medians", _COLUMNS, rows),),
            (Goal("share of one core, QuoteBoard", share, SHARE_LIMIT, " %"),),
            (f"A frame of ours / one of the table, median of the pairs: {ratio:.2f} x", *_FACTS),
        )


def run(rounds: int | None) -> BoardResult:
    """Measure; about half a minute a round."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> BoardResult:
    runs = [partial(asyncio.to_thread, _watch, kind) for kind in ("board", "table")]
    board, table = await in_turn(runs, rounds)
    return BoardResult(board, table)


def _watch(kind: str) -> BoardRun:
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        answer = Path(folder, "answer.json")
        arguments = ("-m", "benchmarks.board_app", kind, str(answer))
        with watched(arguments, os.environ, SIZE) as program:
            program.wait_until(answer.exists, "the figures")
            written = program.written / (SECONDS + WARM_UP_SECONDS)
            return BoardRun(**json.loads(answer.read_text(encoding="utf-8")), written=written)


def _row(name: str, runs: tuple[BoardRun, ...]) -> tuple[str, ...]:
    share, frame, rate, written = (
        Samples("", tuple(values)).median
        for values in (
            [run.share for run in runs],
            [run.frame_ms for run in runs],
            [run.frames / run.seconds for run in runs],
            [run.written for run in runs],
        )
    )
    return (name, f"{share:.1f} %", f"{frame:.1f} ms", f"{rate:.1f}", f"{written / 1024:.0f} KiB")
