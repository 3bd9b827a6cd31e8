"""Real processes that use a journal, and what they say they were promised."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from vega_terminal.store.journal.file_ops import OsFileOps
from vega_terminal.store.journal.token_journal import JOURNAL_NAME

from .promises import Promises, process, token

LIVE_A_DAY: Final = Path(__file__).parent / "children" / "live_a_day.py"


def day(folder: Path, epochs: str, *options: str) -> list[str]:
    """The command line of a process that lives through some days."""
    return [sys.executable, "-B", str(LIVE_A_DAY), str(folder), epochs, *options]


def run(command: Sequence[str]) -> tuple[int, list[str]]:
    """Exit code, and every line that was said to the end."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def note(promises: Promises, lines: Iterable[str]) -> None:
    """Add what a process said to what is owed."""
    for line in lines:
        what, *words = line.split()
        if what == "holding":
            promises.attempted.append(token(words[0], int(words[1])))
        elif what == "held":
            promises.acknowledged[int(words[0])] = token(words[1], int(words[2]))
        elif what == "noting":
            promises.attempted_notes.append(tuple(words))
        elif what == "noted":
            numbers, texts = words[: len(words) // 2], words[len(words) // 2 :]
            promises.noted.update(zip(map(int, numbers), texts, strict=True))
        elif what == "striking":
            promises.perhaps_struck.update(map(int, words))
        elif what == "struck":
            promises.struck.update(map(int, words))


def require_kept(folder: Path, promises: Promises) -> None:
    """What was promised is there for a new process, which can go on with it."""
    path = folder / JOURNAL_NAME
    promises.require_kept(process(OsFileOps(), [], path))
    promises.hold(process(OsFileOps(), [], path), token("PRIMARY", 10**6))
    promises.require_kept(process(OsFileOps(), [], path))
