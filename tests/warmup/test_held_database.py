"""A database that another program holds is waited for as long as a network is: a warm-up has until 09:15."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.environments import good
from vega_terminal.cli.warmup_run import DATABASE_PATIENCE_SECONDS, NETWORK_PATIENCE

pytestmark = pytest.mark.timeout(90)
SCRIPT = Path(__file__).with_name("held_database.py")


def warm_up(home: Path, since: str, seconds: float) -> tuple[int, dict[str, Any], float]:
    """Run it as a process; returns its exit code, its document, and for how long it waited."""
    (home / "data").mkdir(mode=0o700)
    own = good(
        VEGA_DATA_DIR=str(home / "data"),
        VEGA_KEY_FILE=str(home / "vault.key"),
        VEGA_DB_BUSY_ATTEMPTS="1",
        VEGA_NOTIFY_DESKTOP="off",
        UPSTOX_DECISION_MODE="NEVER",
    )
    done = subprocess.run(
        [sys.executable, str(SCRIPT), since, str(seconds), str(home / "waited")],
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(Path.cwd()), **own},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Waiting for the database" in done.stderr or "Database: LOCKED" in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout), float((home / "waited").read_text())


@pytest.mark.parametrize("since", ["opening", "reading"])
def test_a_warm_up_outwaits_a_program_that_holds_the_database_for_thirteen_minutes(
    since: str, tmp_path: Path
) -> None:
    code, document, waited = warm_up(tmp_path, since, 780)
    assert (code, [slot["verdict"] for slot in document["slots"]]) == (1, ["MISSING", "MISSING"])
    assert waited >= 780


def test_it_does_not_wait_for_ever(tmp_path: Path) -> None:
    code, document, waited = warm_up(tmp_path, "opening", 1e9)
    assert DATABASE_PATIENCE_SECONDS == NETWORK_PATIENCE.total_seconds() == 900
    assert 900 <= waited < 960
    assert (code, document["exitCode"], document["slots"]) == (3, 3, [])
    assert "vega_trade.db" in document["summary"]
