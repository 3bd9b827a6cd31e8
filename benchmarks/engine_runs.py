"""Whole runs of the product's engine with a real browser, for the benchmarks to time."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.marks import Marks
from vega_terminal.cli.prompts import NobodyThere
from vega_terminal.domain.events import Event, SlotFinished, StepReached
from vega_terminal.domain.execution import TokenExecutionRequest
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.engine import Engine
from vega_terminal.settings.loader import load_settings
from vega_terminal.wiring import running_engine


@asynccontextmanager
async def fresh_engine(environment: Mapping[str, str]) -> AsyncIterator[Engine]:
    """A started engine on an empty data folder, with a browser that nobody sees."""
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        own = {
            "VEGA_DATA_DIR": str(Path(folder, "data")),
            "VEGA_KEY_FILE": str(Path(folder, "bench.key")),
            "VEGA_HEADLESS": "on",
        }
        settings = load_settings({**environment, **own}, Path(os.devnull))
        async with running_engine(settings, NobodyThere(), front_end="cli") as engine:
            await engine.start()
            yield engine


async def harvest(environment: Mapping[str, str], names: Sequence[str]) -> Marks:
    """Verify, sign in, exchange, prove and store `names`; raises unless every one is valid then."""
    browser_up: list[float] = []
    tokens: list[float] = []

    def note(event: Event, _status: AuthStatus) -> None:
        if isinstance(event, StepReached) and event.step is LoginStep.OPENING_DIALOG:
            browser_up.append(time.perf_counter())
        elif isinstance(event, SlotFinished):
            tokens.append(time.perf_counter())

    began = time.perf_counter()
    async with fresh_engine(environment) as engine:
        engine.board.watch(note)
        await generate(engine, names)
    # The folder is part of a run as the profile is part of the bare script's.
    return Marks.since(began, browser_up[0], tokens[0], tokens[-1], time.perf_counter())


async def generate(engine: Engine, names: Sequence[str]) -> None:
    """One execution without a question; raises unless every slot is valid then."""
    request = TokenExecutionRequest("benchmark", only=tuple(names), consent=True)
    result = await engine.execute(request)
    if result.exit_code != 0:
        raise RuntimeError(f"The run did not succeed: {result.summary}")
