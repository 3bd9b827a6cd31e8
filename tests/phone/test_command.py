"""`vega-auth refresh` by approval, as a user runs it: no browser, and plain words when nobody approves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.command_line import CommandLine
from vega_terminal.demo import DemoBroker, demo_environment
from vega_terminal.simulator import SimulatedBroker

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def test_the_demo_gets_six_tokens_without_a_browser(tmp_path: Path) -> None:
    with SimulatedBroker() as unused:
        desk = CommandLine(unused, tmp_path, {"VEGA_BROWSER_BINARY": "/nonexistent"})
        command = [sys.executable, "-m", "vega_terminal.cli", "refresh", "--demo", "phone", "--yes"]
        done = subprocess.run(
            [*command, "--no-input"],
            env=desk.environment(),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert "6 of 6 access tokens are valid, 6 of them new." in done.stdout
    assert "PRIMARY: waiting for the approval on the phone, until " in done.stderr
    assert "browser" not in done.stderr


def test_the_demo_takes_its_own_way_whatever_the_operator_set() -> None:
    broker = DemoBroker({"UPSTOX_API_NAMES": "PRIMARY"}, "http://127.0.0.1/")
    own = {
        "UPSTOX_LOGIN_ROUTE": "phone",
        "UPSTOX_LOGIN_ROUTE_PRIMARY": "phone",
        "UPSTOX_LOGIN_SPACING_SEC": "1",
    }
    settings = demo_environment(broker, own)
    assert [key for key in settings if key.startswith("UPSTOX_LOGIN_")] == ["UPSTOX_LOGIN_SPACING_SEC"]


def test_silence_is_exit_1_and_says_what_to_do(tmp_path: Path) -> None:
    with SimulatedBroker("phone", apps=("PRIMARY", "WEBSOCKET1")) as broker:
        broker.faults.change(phone_after_ms=1, phone_by_app={"PRIMARY": "forge,replay,wrong-user,reject"})
        desk = CommandLine(broker, tmp_path, {"UPSTOX_PHONE_TIMEOUT_SEC": "3"})
        done = desk.run("refresh", "--json", "--no-input")
        assert done.code == 1, done.stderr
        assert done.verdicts() == {"PRIMARY": "MISSING", "WEBSOCKET1": "VALID"}
        assert done.failures() == {"PRIMARY": "NOT_APPROVED", "WEBSOCKET1": None}
        assert "No approval arrived by" in done.stderr
        assert "approve it in the broker's app" in done.stderr
        wire = broker.counts.total
        assert (wire.approvals, wire.webhooks, wire.webhooks_ok) == (2, 4, 4)
        assert broker.environment()["VEGA_NOTIFIER_PATH"] not in done.stdout + done.stderr
        kept = b"".join(path.read_bytes() for path in desk.data.rglob("*") if path.is_file())
        assert b"eyJ" not in kept
        assert broker.environment()["VEGA_NOTIFIER_PATH"].encode() not in kept
