"""How soon a new process has saved what a killed one left in the journal.

`python -m benchmarks.after_kill hold FOLDER` holds six tokens and kills itself; with `start` it starts the
engine there and says `saved`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.material import KEY_NAME, opened_store, token
from benchmarks.result import SPREAD_COLUMNS, Report, Samples, Table, median_ratio, spread_row
from benchmarks.turns import in_turn
from vega_terminal.domain.events import Event, TokenReplayed
from vega_terminal.domain.status import AuthStatus
from vega_terminal.settings.loader import load_settings
from vega_terminal.settings.values import Settings

ROUNDS: Final = 5
NAMES: Final = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN1", "OPTIONCHAIN2")
_FACTS: Final = (
    (
        "From the start of the interpreter until the whole engine (settings, vault key, database checked,"
        " journal replayed) is ready for the first request. No browser, no call to the broker."
    ),
)


@dataclass(frozen=True, slots=True)
class AfterKillResult:
    """A start after a kill -9, and one without."""

    after_kill: Samples
    plain: Samples

    def report(self) -> Report:
        rows = (spread_row(self.after_kill), spread_row(self.plain))
        table = Table("From the start of the process", SPREAD_COLUMNS, rows)
        ratio = median_ratio(self.after_kill, self.plain)
        pairs = f"after the kill / without, median of the pairs: {ratio:.2f} x"
        return Report("After kill -9", (table,), facts=(pairs, *_FACTS))


def run(rounds: int | None) -> AfterKillResult:
    """Measure; some twenty seconds."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> AfterKillResult:
    contenders = [partial(_started, held=len(NAMES)), partial(_started, held=0)]
    after_kill, plain = await in_turn(contenders, rounds)
    return AfterKillResult(Samples("six held tokens saved", after_kill), Samples("nothing was held", plain))


async def _started(*, held: int) -> float:
    return await asyncio.to_thread(_time_to_saved, held)


def _time_to_saved(held: int) -> float:
    """Milliseconds until a new process is ready; raises unless it saved as many tokens as were held."""
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        _leave_behind(folder, held)
        began = time.perf_counter()
        with subprocess.Popen(_command("start", folder), stdout=subprocess.PIPE, text=True) as process:
            line = process.stdout.readline() if process.stdout is not None else ""
            took = (time.perf_counter() - began) * 1000
    if line.split() != ["saved", str(held)]:
        raise RuntimeError(f"The new process said '{line.strip()}' where {held} tokens were held.")
    return took


def _leave_behind(folder: str, held: int) -> None:
    code = subprocess.run([*_command("hold", folder), str(held)], check=False).returncode
    if code != -signal.SIGKILL:
        raise RuntimeError(f"The process that holds the tokens ended with {code}.")


def _command(what: str, folder: str) -> list[str]:
    return [sys.executable, "-m", "benchmarks.after_kill", what, folder]


def _settings(folder: Path) -> Settings:
    environment = {
        "UPSTOX_API_NAMES": ",".join(NAMES),
        "UPSTOX_API_BASE_URL": "http://127.0.0.1:9",
        "UPSTOX_REDIRECT_URI": "http://127.0.0.1:9/callback",
        "VEGA_DATA_DIR": str(folder / "data"),
        "VEGA_KEY_FILE": str(folder / KEY_NAME),
    }
    for name in NAMES:
        environment |= {
            f"UPSTOX_CLIENT_ID_{name}": f"client-{name}",
            f"UPSTOX_CLIENT_SECRET_{name}": "secret",
        }
    return load_settings(environment, Path(os.devnull))


async def _hold(folder: Path, number: int) -> None:
    roster = _settings(folder).roster
    async with opened_store(folder) as store:
        for slot in roster.slots[:number]:
            await store.journal.hold(token(slot))
        os.kill(os.getpid(), signal.SIGKILL)


async def _start(folder: Path) -> None:
    from vega_terminal.cli.prompts import NobodyThere
    from vega_terminal.wiring import running_engine

    saved: list[str] = []

    def note(event: Event, _status: AuthStatus) -> None:
        if isinstance(event, TokenReplayed):
            saved.append(event.slot)

    async with running_engine(_settings(folder), NobodyThere(), front_end="cli") as engine:
        engine.board.watch(note)
        await engine.start()
        print("saved", len(saved), flush=True)


def main(what: str, folder: str, number: str = "") -> None:
    """Play one of the two processes."""
    asyncio.run(_hold(Path(folder), int(number)) if what == "hold" else _start(Path(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
