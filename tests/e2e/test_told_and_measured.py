"""Notices and metrics of `vega-auth refresh` as a whole program: what is told and written, and when not."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest

from vega_terminal.simulator import SimulatedBroker

from .command_line import CommandLine
from .stored_tokens import save

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

TAKING = """
import json, os, sys
with open(sys.argv[1], "a") as file:
    file.write(json.dumps({"notice": json.load(sys.stdin), "keys": sorted(os.environ)}) + "\\n")
"""
"""Takes a notice as an operator's program does, and notes what else it can see."""


def gauge(path: Path, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", path.read_text(), re.MULTILINE)
    assert found is not None, name
    return float(found[1])


def test_runs_without_tokens_tell_once_and_one_with_nothing_to_do_tells_nobody(tmp_path: Path) -> None:
    taking, told, metrics = tmp_path / "taking.py", tmp_path / "told", tmp_path / "vega.prom"
    taking.write_text(TAKING)
    settings = {
        "UPSTOX_DECISION_MODE": "NEVER",
        "VEGA_NOTIFY_COMMAND": f"{sys.executable} {taking} {told}",
        "VEGA_METRICS_FILE": str(metrics),
    }
    with SimulatedBroker("happy", apps=("PRIMARY", "WEBSOCKET1")) as broker:
        desk = CommandLine(broker, tmp_path, settings)
        assert desk.run("refresh", "--no-input").code == 1
        assert desk.run("refresh", "--no-input").code == 1, "as by a timer that comes again"
        assert broker.counts.browsers == 0
        (line,) = told.read_text().splitlines()
        notice, keys = json.loads(line)["notice"], json.loads(line)["keys"]
        assert (notice["kind"], notice["slots"]) == ("RUN_PARTIAL", ["PRIMARY", "WEBSOCKET1"])
        assert not [key for key in keys if key.startswith(("UPSTOX_", "VEGA_"))]
        assert gauge(metrics, "vega_last_run_exit_code") == 1
        assert gauge(metrics, "vega_ready") == 0

        told.unlink()
        user = broker.population.identities[0].user_id
        asyncio.run(save(desk, user, **{app: broker.issue_token(app) for app in ("PRIMARY", "WEBSOCKET1")}))
        assert desk.run("refresh", "--no-input").code == 0
        assert not told.exists(), "silence on success"
        assert gauge(metrics, "vega_last_run_exit_code") == 0
        assert gauge(metrics, "vega_ready") == 1
        assert broker.counts.browsers == 0
