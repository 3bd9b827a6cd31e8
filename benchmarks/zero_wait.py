"""The zero-wait exit: `vega-auth refresh` as a whole process with six valid tokens."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.machine import ROOT
from benchmarks.material import KEY_NAME, opened_store, token
from benchmarks.profile_server import USER_ID, profile_server
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
from vega_terminal.settings.loader import load_settings

ROUNDS: Final = 15
PAUSES_MS: Final = (0, 80)
LIMIT_MS: Final = 300.0
MOST_TIMES_THE_FLOOR: Final = 2.0
NAMES: Final = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN1", "OPTIONCHAIN2")
_FACTS: Final = (
    (
        "Ours does what the others leave out: settings and rights checked, the database checked as a whole,"
        " tokens unsealed, journal looked at, answers judged, verdicts and audit trail durable, log written."
    ),
    "Whole processes, from before their start to after their end, interpreter and imports included.",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A broker that answers after so many milliseconds, and the three contenders."""

    pause_ms: int
    ours: Samples
    floor: Samples
    plain: Samples

    def table(self) -> Table:
        """Every contender, and ours as a multiple of the others."""
        rows = tuple(spread_row(each) for each in (self.ours, self.floor, self.plain))
        multiples = (
            ratio_row("ours / standard library", ratios(self.ours, self.floor)),
            ratio_row("ours / httpx", ratios(self.ours, self.plain)),
        )
        title = f"Six valid tokens, the broker answers after {self.pause_ms} ms"
        return Table(title, SPREAD_COLUMNS, (*rows, *multiples))

    def goals(self) -> tuple[Goal, ...]:
        """The multiple of the floor, and with a broker as slow as the real one the time itself."""
        times = Goal(
            f"{self.pause_ms} ms, ours / standard library, median of the pairs",
            median_ratio(self.ours, self.floor),
            MOST_TIMES_THE_FLOOR,
            " x",
        )
        if self.pause_ms == 0:
            return (times,)
        return (times, Goal(f"{self.pause_ms} ms, ours, median", self.ours.median, LIMIT_MS, " ms"))


@dataclass(frozen=True, slots=True)
class ZeroWaitResult:
    """Both pauses."""

    cases: tuple[Case, ...]

    def report(self) -> Report:
        tables = tuple(case.table() for case in self.cases)
        goals = tuple(goal for case in self.cases for goal in case.goals())
        return Report("The zero-wait exit", tables, goals, _FACTS)


def run(rounds: int | None) -> ZeroWaitResult:
    """Measure; some half a minute."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> ZeroWaitResult:
    with ExitStack() as stack:
        addresses = [(pause, stack.enter_context(profile_server(pause))) for pause in PAUSES_MS]
        return ZeroWaitResult(tuple([await _case(pause, address, rounds) for pause, address in addresses]))


async def _case(pause_ms: int, address: str, rounds: int) -> Case:
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as name:
        environment = await _prepared(Path(name), address)
        scripts = {
            "vega-auth refresh --no-input": ["-m", "vega_terminal.cli", "refresh", "--no-input"],
            "standard library, six threads": [str(ROOT / "benchmarks/zero_wait_floor.py")],
            "httpx, one gather": [str(ROOT / "benchmarks/zero_wait_httpx.py")],
        }
        contenders = [partial(_timed, arguments, environment, Path(name)) for arguments in scripts.values()]
        ours, floor, plain = map(Samples, scripts, await in_turn(contenders, rounds))
    return Case(pause_ms, ours, floor, plain)


async def _prepared(folder: Path, address: str) -> Mapping[str, str]:
    """Six valid tokens in a data folder; returns the environment that leads there."""
    own = {
        "UPSTOX_API_NAMES": ",".join(NAMES),
        "UPSTOX_API_BASE_URL": address,
        "UPSTOX_REDIRECT_URI": "http://127.0.0.1:9/callback",
        "VEGA_DATA_DIR": str(folder / "data"),
        "VEGA_KEY_FILE": str(folder / KEY_NAME),
    }
    for name in NAMES:
        own |= {f"UPSTOX_CLIENT_ID_{name}": f"client-{name}", f"UPSTOX_CLIENT_SECRET_{name}": "secret"}
    async with opened_store(folder) as store:
        for slot in load_settings(own, Path(os.devnull)).roster:
            # The way of every login, which leaves an empty journal behind.
            issued = token(slot, user_id=USER_ID)
            held = await store.journal.hold(issued)
            await store.tokens.save(issued)
            await store.journal.strike([held])
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    return kept | own | {"PYTHONPATH": str(ROOT)}


async def _timed(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> float:
    """Milliseconds of one whole process; raises unless it found everything valid."""
    began = time.perf_counter()
    process = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, *arguments],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    took = (time.perf_counter() - began) * 1000
    if process.returncode != 0:
        raise RuntimeError(f"{arguments} ended with {process.returncode}: {process.stderr.decode()}")
    return took
