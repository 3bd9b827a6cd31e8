"""Sign-in: our engine against a bare Selenium script that clicks the same, in the same browser."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import bare_selenium, engine_runs, switches
from benchmarks.broker import Ground, Wire, ground
from benchmarks.machine import ROOT
from benchmarks.marks import Marks
from benchmarks.result import (
    SPREAD_COLUMNS,
    Goal,
    Report,
    Samples,
    Table,
    median_ratio,
    ratio_row,
    ratios,
    span,
    spread_row,
)
from benchmarks.turns import in_turn
from vega_terminal.simulator import DEFAULT_APPS

ROUNDS: Final = 5
LIMIT: Final = 1.15
_OURS, _BARE, _ALIKE = "our engine", "bare Selenium", "bare Selenium, navigating as we do"
_PHASES: Final = ("", "start browser", "first token", "further tokens", "end browser")


@dataclass(frozen=True, slots=True)
class Runs:
    """All runs of one contender: where the time went, and what the broker saw of the last one."""

    name: str
    marks: tuple[Marks, ...]
    wire: Wire

    @property
    def samples(self) -> Samples:
        return Samples(self.name, tuple(mark.browser_gone for mark in self.marks))

    def phase_row(self) -> tuple[str, ...]:
        return (self.name, *(span(median(phase)) for phase in zip(*self._phases(), strict=True)))

    def _phases(self) -> tuple[tuple[float, float, float, float], ...]:
        return tuple(mark.phases for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Duel:
    """One roster size: ours, the bare script, and the bare script that navigates as we do."""

    slots: int
    ours: Runs
    bare: Runs
    alike: Runs

    @property
    def goal(self) -> Goal:
        ratio = median_ratio(self.ours.samples, self.bare.samples)
        return Goal(f"{_slots(self.slots)}, {_OURS} / {_BARE}, median of the pairs", ratio, LIMIT, " x")

    def tables(self) -> tuple[Table, ...]:
        all_runs = (self.ours, self.bare, self.alike)
        spreads = tuple(spread_row(runs.samples) for runs in all_runs)
        against = tuple(
            ratio_row(f"{_OURS} / {other.name}", ratios(self.ours.samples, other.samples))
            for other in (self.bare, self.alike)
        )
        return (
            Table(
                f"{_slots(self.slots)}: from nothing to proven tokens and no browser left",
                SPREAD_COLUMNS,
                spreads + against,
            ),
            Table(
                f"{_slots(self.slots)}: where the time goes, medians",
                _PHASES,
                tuple(runs.phase_row() for runs in all_runs),
            ),
        )

    def facts(self) -> tuple[str, ...]:
        return tuple(
            f"On the wire, {_slots(self.slots)}, {runs.name}: {runs.wire}"
            for runs in (self.ours, self.bare, self.alike)
        )


@dataclass(frozen=True, slots=True)
class SignInResult:
    """Six slots and one slot within one process, and six slots as whole programs."""

    duels: tuple[Duel, ...]
    programs: tuple[Samples, Samples]
    switches: str

    def report(self) -> Report:
        ours, bare = self.programs
        as_programs = Table(
            "6 slots as whole programs, interpreter and imports included",
            SPREAD_COLUMNS,
            (spread_row(ours), spread_row(bare), ratio_row("ratio", ratios(ours, bare))),
        )
        return Report(
            "Sign-in against a bare Selenium script",
            (*(table for duel in self.duels for table in duel.tables()), as_programs),
            tuple(duel.goal for duel in self.duels),
            (*(fact for duel in self.duels for fact in duel.facts()), self.switches),
        )


def run(rounds: int | None) -> SignInResult:
    """Measure; about half a minute a round."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> SignInResult:
    async with ground() as broker:
        await broker.fresh()
        alike = await switches.compare(broker.environment, DEFAULT_APPS[:1])
        duels = [await _duel(broker, names, rounds) for names in (DEFAULT_APPS, DEFAULT_APPS[:1])]
        programs = await _programs(broker, rounds)
    return SignInResult(tuple(duels), programs, alike)


async def _duel(broker: Ground, names: Sequence[str], rounds: int) -> Duel:
    environment = broker.environment
    bare = partial(asyncio.to_thread, bare_selenium.harvest, environment, names)
    contenders: dict[str, Callable[[], Awaitable[Marks]]] = {
        _OURS: partial(engine_runs.harvest, environment, names),
        _BARE: partial(bare, bare_selenium.AS_USUAL),
        _ALIKE: partial(bare, bare_selenium.AS_WE_DO),
    }
    results = await in_turn([partial(_counted, broker, run) for run in contenders.values()], rounds)
    ours, plain, alike = (
        Runs(name, tuple(marks for marks, _ in result), result[-1][1])
        for name, result in zip(contenders, results, strict=True)
    )
    return Duel(len(names), ours, plain, alike)


async def _counted(broker: Ground, run: Callable[[], Awaitable[Marks]]) -> tuple[Marks, Wire]:
    await broker.fresh()
    marks = await run()
    return marks, await broker.wire()


async def _programs(broker: Ground, rounds: int) -> tuple[Samples, Samples]:
    ours = ["-m", "vega_terminal.cli", "refresh", "--yes", "--no-input", "--json"]
    commands = (ours, ["-m", "benchmarks.bare_selenium"])
    first, second = await in_turn([partial(_program, broker, command) for command in commands], rounds)
    return Samples("vega-auth refresh", first), Samples("bare script", second)


async def _program(broker: Ground, arguments: Sequence[str]) -> float:
    await broker.fresh()
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        own = {
            "VEGA_DATA_DIR": str(Path(folder, "data")),
            "VEGA_KEY_FILE": str(Path(folder, "bench.key")),
            "VEGA_HEADLESS": "on",
        }
        return await asyncio.to_thread(_timed, arguments, {**os.environ, **broker.environment, **own})


def _timed(arguments: Sequence[str], environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=ROOT, check=True, capture_output=True, timeout=120
    )
    return (time.perf_counter() - began) * 1000


def _slots(number: int) -> str:
    return f"{number} slots" if number > 1 else "1 slot"
