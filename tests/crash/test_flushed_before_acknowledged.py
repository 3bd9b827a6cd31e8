"""Nothing is acknowledged while anything of it would be lost in a power cut."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from vega_terminal.store.journal.token_journal import JOURNAL_NAME

from .system_calls import SHAPES

ROOT: Final = Path(__file__).resolve().parents[2]
SAID: Final = "said"
NOT_CONTENT: Final = ("-shm", ".lock")
"""Ends of the names of files that hold nothing worth keeping."""
MOMENTS: Final = 9
"""Three tokens, each held, struck from the journal, and kept."""


def record_of(folder: Path, *synchronous: str) -> list[list[str]]:
    command = [sys.executable, "-m", "tests.crash.recorder", str(folder), *synchronous]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    record: list[list[str]] = json.loads(ended.stdout)
    return record


def unflushed_when_it_counts(record: Sequence[Sequence[str]]) -> list[set[str]]:
    """The names of files and folders with changes that a power cut would undo, at every moment that counts.

    These are: a token is said to be held; it is about to be struck from the journal; it is said to be kept.
    """
    unflushed: set[str] = set()
    found = []
    is_held = False
    for name, *about in record:
        strikes = is_held and name != SAID and SHAPES[name].kind == "write" and JOURNAL_NAME in about[0]
        if strikes or (name == SAID and about[0].startswith(("held ", "kept "))):
            found.append(set(unflushed))
            is_held = about[0].startswith("held ")
        if name != SAID and not about[0].endswith(NOT_CONTENT):
            _follow(SHAPES[name].kind, about, unflushed)
    return [{Path(each).name for each in some} for some in found]


def _follow(kind: str, about: Sequence[str], unflushed: set[str]) -> None:
    """Where changes are after one more call."""
    if kind in {"write", "ftruncate", "fallocate"}:
        unflushed.add(about[0])
    elif kind == "fsync":
        unflushed.discard(about[0])
    elif kind in {"rename", "link", "unlink"}:
        was_unflushed = about[0] in unflushed
        unflushed.discard(about[0])
        unflushed.update(about[1:] if was_unflushed else ())
        unflushed.add(str(Path(about[-1]).parent))


def test_everything_is_flushed_when_a_token_is_acknowledged(tmp_path: Path) -> None:
    record = record_of(tmp_path / "data")
    assert unflushed_when_it_counts(record) == [set()] * MOMENTS
    without_flushes = [each for each in record if each[0] == SAID or SHAPES[each[0]].kind != "fsync"]
    assert all(unflushed_when_it_counts(without_flushes)), "the check would not notice a missing flush"


@pytest.mark.parametrize("synchronous", ["OFF", "NORMAL"])
def test_a_careless_database_is_noticed(tmp_path: Path, synchronous: str) -> None:
    """The control: with the database told to flush less, the same check fails before each strike."""
    found = unflushed_when_it_counts(record_of(tmp_path / "data", synchronous))
    assert len(found) == MOMENTS
    assert all(found[1::3])
