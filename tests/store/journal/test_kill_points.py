"""A real process, killed or refused by the kernel at every single system call that touches the journal."""

from __future__ import annotations

import re
import shutil
import signal
from itertools import count
from pathlib import Path

import pytest

from vega_terminal.store.journal.file_ops import OsFileOps
from vega_terminal.store.journal.token_journal import JOURNAL_NAME

from .accounts import day, note, require_kept, run
from .promises import Promises, process, token

STRACE = shutil.which("strace")
pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        STRACE is None,
        reason="NOT TESTED: the kill points of the real journal. Install strace.",
    ),
]
AT_LEAST = {"write": 9, "fsync": 12, "/^rename": 2, "/^unlink": 1, "/^link": 1, "ftruncate": 1}
"""Calls, as strace selects them (some machines have renameat in place of rename), and how often they come."""


def strace(*options: str) -> list[str]:
    assert STRACE is not None
    return [STRACE, "-f", "-qq", "-y", *options]


def damaged_journal(folder: Path) -> Promises:
    """A journal with damage in the middle, and a draft that a killed process left."""
    promises, path = Promises(), folder / JOURNAL_NAME
    writer = process(OsFileOps(), [], path)
    for name in ("WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN2"):
        promises.hold(writer, token(name, 1))
    data = bytearray(path.read_bytes())
    data[data.index(b"WEBSOCKET3")] ^= 1
    path.write_bytes(data)
    path.with_name(f"{path.name}.new").write_bytes(b"left over")
    promises.acknowledged = {
        number: each for number, each in promises.acknowledged.items() if each.slot != "WEBSOCKET3"
    }
    return promises


def live_under(folder: Path, injections: list[str]) -> int:
    """Live through a day in which `injections` happen; everything promised is kept. Returns the exit code."""
    folder.mkdir()
    promises = damaged_journal(folder)
    tracing = strace("-o", str(folder / "trace"), *_only_these(injections))
    code, lines = run([*tracing, *day(folder, "1:1", "sweep")])
    note(promises, lines)
    require_kept(folder, promises)
    return code


def _only_these(injections: list[str]) -> list[str]:
    """What strace injects where, and that it looks at nothing else: at an error nothing else even stops."""
    calls = ",".join(each.partition(":")[0] for each in injections)
    options = [f"--trace={calls}", *(f"--inject={each}" for each in injections)]
    sends_signals = any(":signal=" in each for each in injections)
    return options if sends_signals else ["--seccomp-bpf", *options]


@pytest.mark.parametrize("call", AT_LEAST)
def test_killed_at_every_call(tmp_path: Path, call: str) -> None:
    # Only a write that could not be flushed is taken back.
    first = ["fsync:error=EIO:when=6"] if call == "ftruncate" else []
    for number in count(1):
        code = live_under(tmp_path / str(number), [*first, f"{call}:signal=SIGKILL:when={number}"])
        if code == 0:
            break
        assert code in {-signal.SIGKILL, 128 + signal.SIGKILL}
    assert number - 1 >= AT_LEAST[call]
    print(f"{number - 1} points hit")  # noqa: T201 - the report of the crash suite


@pytest.mark.parametrize("refusal", ["write:error=ENOSPC", "fsync:error=EIO", "/^rename:error=EROFS"])
@pytest.mark.parametrize("how_often", ["", "+"])
def test_refused_at_every_call(tmp_path: Path, refusal: str, how_often: str) -> None:
    for number in range(1, AT_LEAST[refusal.partition(":")[0]] + 1):
        folder = tmp_path / str(number)
        assert live_under(folder, [f"{refusal}:when={number}{how_often}"]) == 0
        assert "(INJECTED)" in (folder / "trace").read_text()


def unflushed_at_promises(trace: list[str]) -> list[set[str]]:
    """What was written or renamed but not flushed whenever the process said `held` or `struck`."""
    unflushed: set[str] = set()
    at_promises = []
    for line in trace:
        if written := re.search(r"\bwrite\(\d+<(.*/pending\.journal.*?)>", line):
            unflushed.add(written[1])
        elif flushed := re.search(r"\bfsync\(\d+<(.*?)>", line):
            unflushed.discard(flushed[1])
        elif renamed := re.search(r'\brename\w*\(.*?"(.*?)", .*?"(.*?)"', line):
            if renamed[1] in unflushed:
                unflushed.add(renamed[2])
            unflushed.add(str(Path(renamed[2]).parent))
        elif re.search(r'\bwritev\(1.*"(held|struck|noted) ', line):
            at_promises.append(set(unflushed))
    return at_promises


def test_nothing_is_promised_before_the_flush(tmp_path: Path) -> None:
    output = tmp_path / "trace"
    command = strace("-o", str(output), "-e", "trace=write,writev,fsync,/^rename")
    code, _ = run([*command, *day(tmp_path, "1:3")])
    trace = output.read_text().splitlines()
    assert code == 0
    assert unflushed_at_promises(trace) == [set()] * 18
    without_flushes = [line for line in trace if "fsync" not in line]
    assert all(unflushed_at_promises(without_flushes)), "the check would not notice a missing flush"
