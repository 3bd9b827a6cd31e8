"""The real terminal in a pseudo-terminal, on an empty data folder, for the benchmarks to watch."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.screen_watch import WatchedProgram, watched

ALL_THERE: Final = "6 / 6 Access Tokens Generated"
PLAIN: Final = ("-m", "benchmarks.plain_app")
_HOLDER: Final = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=10)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def terminal(broker: Mapping[str, str]) -> Iterator[tuple[WatchedProgram, Path]]:
    """The program, its tokens verified, and its database; the broker runs elsewhere."""
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        own = {
            "VEGA_DATA_DIR": str(Path(folder, "data")),
            "VEGA_KEY_FILE": str(Path(folder, "bench.key")),
            "VEGA_HEADLESS": "on",
        }
        arguments = ("-m", "vega_terminal.ui", "--env-file", os.devnull)
        with watched(arguments, {**os.environ, **broker, **own}) as program:
            program.wait_until(lambda: "OPTIONCHAIN2: MISSING" in program.text, "the first verdicts")
            yield program, Path(folder, "data", "vega_trade.db")


def begin_login(program: WatchedProgram) -> None:
    """Ask for every token and say yes."""
    program.press("g")
    program.wait_until(lambda: is_veiled(program), "the question before a login")
    program.press("y")


def is_veiled(program: WatchedProgram) -> bool:
    """Whether a question or help stands above the screen: the title band is dark then."""
    return veiled(program.screen.buffer[0][0].bg)


def veiled(title_ground: str) -> bool:
    """Whether this is not the title band's own amber."""
    return title_ground != "ffa028"


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Another process has the database for itself during the block."""
    command = [sys.executable, "-c", _HOLDER, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        if holder.stdout is None or holder.stdout.readline() != "held\n":
            raise RuntimeError("The database could not be held; the figure would mean nothing.")
        try:
            yield
        finally:
            holder.kill()
