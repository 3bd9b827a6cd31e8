"""Where the answers to approvals are taken: unused, free, taken, open to others, or not to be had."""

from __future__ import annotations

import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.doctor.ground import finding, ground_in
from tests.doctor.test_configuration import listening
from vega_terminal.doctor.findings import Finding, Verdict
from vega_terminal.process_identity import ProcessIdentity

PATH = "/upstox/0123456789abcdef0123456789abcdef"


async def found_with(folder: Path, **changes: str) -> Finding:
    phone: dict[str, Any] = {"UPSTOX_LOGIN_ROUTE": "phone", "VEGA_NOTIFIER_PATH": PATH}
    found = await finding("Notifier", ground_in(folder, **(phone | changes)))
    assert PATH not in found.found + found.cure
    return found


def unused_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


async def test_it_is_not_looked_for_where_nobody_approves(tmp_path: Path) -> None:
    with listening() as port:
        found = await finding("Notifier", ground_in(tmp_path, VEGA_NOTIFIER_PORT=str(port)))
    assert (found.verdict, found.cure) == (Verdict.OK, "")


async def test_a_free_port_is_fine_and_names_the_slots(tmp_path: Path) -> None:
    changes = {"UPSTOX_LOGIN_ROUTE": "", "UPSTOX_LOGIN_ROUTE_WEBSOCKET1": "phone"}
    found = await found_with(tmp_path, VEGA_NOTIFIER_PORT=unused_port(), **changes)
    assert found.verdict is Verdict.OK
    assert "WEBSOCKET1" in found.found
    assert "PRIMARY" not in found.found


async def test_no_path_fails_with_the_cure(tmp_path: Path) -> None:
    found = await found_with(tmp_path, VEGA_NOTIFIER_PATH="")
    assert found.verdict is Verdict.FAIL
    assert "VEGA_NOTIFIER_PATH" in found.found
    assert found.cure


async def test_a_taken_port_fails_unless_a_login_of_ours_uses_it(tmp_path: Path) -> None:
    with listening() as port:
        taken = await found_with(tmp_path, VEGA_NOTIFIER_PORT=str(port))
        assert taken.verdict is Verdict.FAIL
        assert "VEGA_NOTIFIER_PORT" in taken.cure
        _hold_login(tmp_path / "data")
        ours = await found_with(tmp_path, VEGA_NOTIFIER_PORT=str(port))
    assert ours.verdict is Verdict.OK
    assert f"process {os.getpid()}" in ours.found


@pytest.mark.parametrize(
    ("host", "verdict"), [("0.0.0.0", Verdict.WARN), ("192.0.2.1", Verdict.FAIL), ("::1", Verdict.OK)]
)
async def test_who_can_reach_it(tmp_path: Path, host: str, verdict: Verdict) -> None:
    found = await found_with(tmp_path, VEGA_NOTIFIER_HOST=host, VEGA_NOTIFIER_PORT=unused_port())
    assert found.verdict is verdict
    assert bool(found.cure) == (verdict is not Verdict.OK)


def _hold_login(data: Path) -> None:
    """As a login of this very process would."""
    own, host = ProcessIdentity.own(), os.uname().nodename
    record = {"pid": own.pid, "birth": own.birth, "since": datetime.now(UTC).isoformat(), "host": host}
    data.mkdir()
    (data / "login.lock").write_text(json.dumps(record) + "\n")
