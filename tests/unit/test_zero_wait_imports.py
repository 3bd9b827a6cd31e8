"""What a run loads that finds every token valid: nothing of the half that signs in, and no library for it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest_asyncio

from tests.broker.scripted_server import ScriptedServer, success
from vega_terminal.clock import SystemClock
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.settings.loader import load_settings
from vega_terminal.store.opening import open_store
from vega_terminal.store.vault.locator import key_locator

NAMES = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN1", "OPTIONCHAIN2")
USER = "AB1234"
LIBRARIES = {"aiosqlite", "cryptography"}
OURS = {"broker", "cli", "clock", "domain", "engine", "late_names", "logs", "private_files", "settings"}
OURS |= {"metrics", "notices", "process_identity", "simulator", "start", "store", "time_limit", "wiring"}
NEVER = (
    "vega_terminal.broker.httpx_client",
    "vega_terminal.broker.client",
    "vega_terminal.browser",
    "vega_terminal.doctor",
    "vega_terminal.engine.generation",
    "vega_terminal.engine.market",
    "vega_terminal.metrics.metrics",
    "vega_terminal.notices.channels",
    "vega_terminal.notices.lookout",
    "vega_terminal.redis_store",
    "vega_terminal.simulator.server",
    "vega_terminal.store.audit.book",
    "vega_terminal.store.sqlite.rebuild",
    "vega_terminal.wiring.generation",
    "vega_terminal.wiring.login",
)
SCRIPT = """
import json, sys
before = set(sys.modules)
from vega_terminal.cli.__main__ import main
code = main(["refresh", "--no-input", "--json"])
with open(sys.argv[1], "w") as file:
    json.dump({"code": code, "loaded": sorted(set(sys.modules) - before)}, file)
"""


@pytest_asyncio.fixture
async def broker() -> AsyncIterator[ScriptedServer]:
    async with ScriptedServer() as server:
        server.play = success({"user_id": USER})
        yield server


def environment(folder: Path, broker: ScriptedServer) -> dict[str, str]:
    own = {
        "UPSTOX_API_NAMES": ",".join(NAMES),
        "UPSTOX_API_BASE_URL": broker.base_url,
        "UPSTOX_REDIRECT_URI": "http://127.0.0.1:9/callback",
        "UPSTOX_COOLDOWN_SEC": "660",
        "VEGA_DATA_DIR": str(folder / "data"),
        "VEGA_KEY_FILE": str(folder / "vault.key"),
        "VEGA_HEADLESS": "on",
    }
    for name in NAMES:
        own |= {f"UPSTOX_CLIENT_ID_{name}": f"id-{name}", f"UPSTOX_CLIENT_SECRET_{name}": "secret"}
    return own


async def keep_tokens(folder: Path, settings: dict[str, str]) -> None:
    clock, keys = SystemClock(), key_locator(folder / "vault.key", {}, SystemClock())
    roster = load_settings(settings, Path(os.devnull)).roster
    async with open_store(folder / "data", keys, clock, busy_attempts=3) as store:
        for number, slot in enumerate(roster):
            issued = IssuedToken(Secret(f"token-{number}"), USER, datetime.now(UTC))
            await store.tokens.save(AccessToken.from_issue(slot.name, slot.client_id, issued, epoch=1))


def refreshed(folder: Path, settings: dict[str, str]) -> dict[str, Any]:
    """Run it in a fresh process, on the folder's tokens; returns its exit code and what it loaded."""
    report = folder / "report.json"
    kept = {key: os.environ[key] for key in ("PATH", "TMPDIR", "VIRTUAL_ENV") if key in os.environ}
    subprocess.run(
        [sys.executable, "-c", SCRIPT, str(report)],
        env=kept | settings | {"HOME": str(folder)},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        check=True,
        capture_output=True,
        timeout=60,
    )
    found: dict[str, Any] = json.loads(report.read_text())
    return found


async def test_six_valid_tokens_cost_six_calls_and_none_of_what_signs_in(
    tmp_path: Path, broker: ScriptedServer
) -> None:
    settings = environment(tmp_path, broker)
    await keep_tokens(tmp_path, settings)
    found = await asyncio.to_thread(refreshed, tmp_path, settings)
    assert found["code"] == 0
    asked = [(request.method, request.path, request.headers["authorization"]) for request in broker.requests]
    assert sorted(asked) == [("GET", "/v2/user/profile", f"Bearer token-{number}") for number in range(6)]

    loaded = set(found["loaded"])
    foreign = {name.partition(".")[0] for name in loaded} - {"vega_terminal", *sys.stdlib_module_names}
    assert {name for name in foreign if not name.startswith("_")} <= LIBRARIES  # `_` are parts of those
    assert {name.split(".")[1] for name in loaded if name.startswith("vega_terminal.")} <= OURS
    assert [
        name for name in NEVER if any(each == name or each.startswith(f"{name}.") for each in loaded)
    ] == []
    assert "vega_terminal.broker.direct_transport" in loaded
    assert not {"http", "email", "tempfile", "difflib", "multiprocessing"} & loaded


async def test_a_run_that_gets_as_far_as_signing_in_loads_what_it_needs(
    tmp_path: Path, broker: ScriptedServer
) -> None:
    settings = environment(tmp_path, broker) | {"VEGA_BROWSER_BINARY": str(tmp_path / "no-browser")}
    found = await asyncio.to_thread(refreshed, tmp_path, settings)
    assert found["code"] == 3
    assert broker.requests == []
    assert {"vega_terminal.engine.generation_run", "vega_terminal.browser.route"} <= set(found["loaded"])
