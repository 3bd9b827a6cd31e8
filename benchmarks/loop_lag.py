"""Event-loop lag: how late a 5 ms tick comes while the engine verifies and signs in."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from benchmarks import engine_runs
from benchmarks.broker import Ground, ground
from benchmarks.machine import ROOT
from benchmarks.result import Goal, Report, Samples, Table
from benchmarks.turns import in_turn
from vega_terminal.simulator import DEFAULT_APPS

TICK_SECONDS: Final = 0.005
IDLE_SECONDS: Final = 3.0
VERIFICATIONS: Final = 40
ROUNDS: Final = 3
LIMIT_MS: Final = 20.0
_COLUMNS: Final = ("the loop does", "p50", "p99", "max", "ticks")
Lag = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LagResult:
    """Lateness in milliseconds in four situations.

    Attributes:
        idle: nothing to do.
        beside_browser: nothing to do, while another process signs in with the same browser.
        verification: six tokens verified again and again.
        login: six slots signed in, from the opening of the store to the end of the browser.
    """

    idle: Samples
    beside_browser: Samples
    verification: Samples
    login: Samples

    def report(self) -> Report:
        situations = (self.idle, self.beside_browser, self.verification, self.login)
        goals = tuple(
            Goal(f"p99 of the lag, {each.name}", each.percentile(0.99), LIMIT_MS, " ms")
            for each in (self.verification, self.login)
        )
        table = Table("Lateness of a 5 ms tick", _COLUMNS, tuple(_row(each) for each in situations))
        return Report("Event-loop lag", (table,), goals)


def run(rounds: int | None) -> LagResult:
    """Measure; about half a minute a round."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> LagResult:
    situations: dict[str, Callable[[Ground], Awaitable[Lag]]] = {
        "nothing": _idle,
        "nothing, beside a browser": _beside_browser,
        "verification of six": _verification,
        "login of six": _login,
    }
    async with ground() as broker:
        with _modules_frozen():
            lags = await in_turn([partial(measure, broker) for measure in situations.values()], rounds)
    every = (tuple(tick for lag in each for tick in lag) for each in lags)
    return LagResult(*(Samples(name, ticks) for name, ticks in zip(situations, every, strict=True)))


@contextmanager
def _modules_frozen() -> Iterator[None]:
    """As in the product: what was loaded is no work for the garbage collector. Here it is every benchmark."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


async def _idle(_broker: Ground) -> Lag:
    async with _ticking() as lag:
        await asyncio.sleep(IDLE_SECONDS)
    return tuple(lag)


async def _beside_browser(broker: Ground) -> Lag:
    await broker.fresh()
    environment: Mapping[str, str] = {**os.environ, **broker.environment}
    async with _ticking() as lag:
        script = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.bare_selenium", cwd=ROOT, env=environment
        )
        if await script.wait():
            raise RuntimeError("The bare Selenium script failed; its traceback is above.")
    return tuple(lag)


async def _verification(broker: Ground) -> Lag:
    await broker.fresh()
    async with engine_runs.fresh_engine(broker.environment) as engine:
        await engine_runs.generate(engine, DEFAULT_APPS)
        async with _ticking() as lag:
            for _ in range(VERIFICATIONS):
                await engine.verify()
    return tuple(lag)


async def _login(broker: Ground) -> Lag:
    await broker.fresh()
    async with _ticking() as lag, engine_runs.fresh_engine(broker.environment) as engine:
        await engine_runs.generate(engine, DEFAULT_APPS)
    return tuple(lag)


@asynccontextmanager
async def _ticking() -> AsyncIterator[list[float]]:
    """Collect the lateness of ticks on this loop for the block."""
    lag: list[float] = []
    ticker = asyncio.create_task(_tick(lag))
    try:
        yield lag
    finally:
        ticker.cancel()
        await asyncio.wait({ticker})


async def _tick(lag: list[float]) -> None:
    """Ticks are due on a fixed schedule, so a loop that stands still is late for each tick of that time."""
    due = time.perf_counter()
    while True:
        due += TICK_SECONDS
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        lag.append(max(0.0, time.perf_counter() - due) * 1000)


def _row(lag: Samples) -> tuple[str, ...]:
    figures = (lag.median, lag.percentile(0.99), max(lag.values))
    return (lag.name, *(f"{figure:.2f} ms" for figure in figures), str(len(lag.values)))
