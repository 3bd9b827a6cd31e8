"""The real run, killed or refused by the kernel at every call between the broker's answer and its end.

Every token that was acknowledged is in the database or in the journal afterwards, exactly once, and the next
start works.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from .faults import FAULTS, REPLAY, RUN

ROOT: Final = Path(__file__).resolve().parents[2]
AT_LEAST: Final = {
    RUN: {"write": 60, "fsync": 30, "open": 10, "rename": 2},
    REPLAY: {"write": 25, "fsync": 15, "rename": 1},
}
"""Points of each kind that there are at the very least."""


def score_of(fault: str, ground: Path, *mistake: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.crash.conductor", fault, str(ground), *mistake]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    score: dict[str, Any] = json.loads(ended.stdout)
    return score


@pytest.mark.timeout(300)
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_acknowledged_is_lost(fault: str, ground: Path, capsys: pytest.CaptureFixture[str]) -> None:
    score = score_of(fault, ground)
    points: dict[str, int] = score["points"]
    tell(capsys, fault, points)
    assert not score["findings"], "\n\n".join(score["findings"])
    at_least = AT_LEAST[FAULTS[fault].stretch]
    too_few = {kind: points.get(kind, 0) for kind, few in at_least.items() if points.get(kind, 0) < few}
    assert not too_few, "The run did less than it must; is the right stretch of it watched?"


def test_a_token_that_is_acknowledged_too_soon_is_missed(ground: Path) -> None:
    """The control: the suite finds a run that promises what it has not written yet."""
    findings = score_of("SIGKILL", ground, "too-soon")["findings"]
    assert findings
    assert all("AssertionError: lost: " in each for each in findings)


def tell(capsys: pytest.CaptureFixture[str], fault: str, points: dict[str, int]) -> None:
    """On stderr: the standard output of a worker of pytest-xdist goes nowhere."""
    by_kind = ", ".join(f"{count} {kind}" for kind, count in points.items())
    with capsys.disabled():
        sys.stderr.write(f"\n{fault}: {sum(points.values())} crash points hit ({by_kind})\n")
