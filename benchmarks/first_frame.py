"""First frame: the terminal against an empty Textual app, whole processes in a pseudo-terminal."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from benchmarks.empty_app import WORD
from benchmarks.pseudo_terminal import Program, first_frame
from benchmarks.result import (
    SPREAD_COLUMNS,
    Goal,
    Report,
    Samples,
    Table,
    median_ratio,
    ratio_row,
    ratios,
    spread_row,
)
from benchmarks.turns import in_turn

ROUNDS: Final = 9
LIMIT: Final = 1.4


@dataclass(frozen=True, slots=True)
class FirstFrameResult:
    """From the start of the process to the first complete frame."""

    terminal: Samples
    empty: Samples

    def report(self) -> Report:
        rows = (
            spread_row(self.terminal),
            spread_row(self.empty),
            ratio_row("ratio", ratios(self.terminal, self.empty)),
        )
        ratio = median_ratio(self.terminal, self.empty)
        goal = Goal("terminal / empty app, median of the pairs", ratio, LIMIT, " x")
        return Report(
            "First frame of the terminal",
            (Table("From the start of the process to the first complete frame", SPREAD_COLUMNS, rows),),
            (goal,),
        )


def run(rounds: int | None) -> FirstFrameResult:
    """Measure; about three seconds a round."""
    terminal = Program(("-m", "vega_terminal.ui", "--demo"), b"Quit", _shows_login)
    empty = Program(("-m", "benchmarks.empty_app"), WORD.encode(), _shows_word)
    return asyncio.run(_measure((terminal, empty), rounds or ROUNDS))


async def _measure(programs: Sequence[Program], rounds: int) -> FirstFrameResult:
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        environment = {**os.environ, "VEGA_DATA_DIR": folder}
        runs = [partial(asyncio.to_thread, first_frame, program, environment) for program in programs]
        terminal, empty = await in_turn(runs, rounds)
    return FirstFrameResult(Samples("vega-terminal --demo", terminal), Samples("empty Textual app", empty))


def _shows_login(lines: Sequence[str]) -> bool:
    """Title on the first line, keys on the last one, the tokens between them."""
    return "LOGIN" in lines[0] and "Quit" in lines[-1] and any("OPTIONCHAIN2" in line for line in lines)


def _shows_word(lines: Sequence[str]) -> bool:
    return WORD in lines[0]
