"""`vega-auth serve` as a whole process, with the real browser against the simulated broker."""

from __future__ import annotations

import asyncio
import re
import signal
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.e2e.command_line import CommandLine
from vega_terminal.simulator import SimulatedBroker

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]
TOKENS = "/api/auth/upstox/tokens"
CALLERS = 200


def client_of(process: subprocess.Popen[str]) -> tuple[httpx.AsyncClient, Path]:
    """A client of the server, once it says where it is."""
    assert process.stderr is not None
    line = process.stderr.readline()
    found = re.fullmatch(r"The API is served at (\S+) until Ctrl-C\. Its bearer token lies in (.+)\n", line)
    assert found is not None, line + process.stderr.read()
    path = Path(found[2])
    assert process.stderr.readline() == f"What happens is written to {path.parent / 'logs' / 'vega.log'}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    headers = {"Authorization": f"Bearer {path.read_text().strip()}"}
    at_once = httpx.Limits(max_connections=CALLERS)
    client = httpx.AsyncClient(
        base_url=found[1], headers=headers, timeout=30, limits=at_once, trust_env=False
    )
    return client, path


async def until(
    client: httpx.AsyncClient, path: str, holds: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    async with asyncio.timeout(60):
        while True:
            document: dict[str, Any] = (await client.get(path)).raise_for_status().json()
            if holds(document):
                return document
            await asyncio.sleep(0.05)


async def test_two_hundred_callers_one_sign_in_and_ids_that_outlive_the_process(tmp_path: Path) -> None:
    with SimulatedBroker("happy", apps=("PRIMARY", "WEBSOCKET1")) as broker:
        desk = CommandLine(broker, tmp_path)
        first = desk.start("serve", "--port", "0")
        client, _ = client_of(first)
        async with client:
            answers = await asyncio.gather(*(client.post(f"{TOKENS}/refresh") for _ in range(CALLERS)))
            (begun,) = {answer.json()["executionId"] for answer in answers}
            ended = await until(client, f"{TOKENS}/status/{begun}", lambda each: each["endedAt"] is not None)
            assert (ended["status"], ended["exitCode"]) == ("COMPLETED", 0)
            assert [slot["generated"] for slot in ended["slots"]] == [True, True]
            total = broker.counts.total
            assert (total.logins, total.exchanges) == (1, 2)
            assert (await client.get("/auth/ready")).json()["ready"] is True

            cut_off = (await client.post(f"{TOKENS}/refresh", json={"scope": "ALL", "consent": True})).json()[
                "executionId"
            ]
            await until(client, "/auth/status", lambda each: each["state"] == "GENERATING_TOKENS")
            first.kill()
        first.communicate()

        second = desk.start("serve", "--port", "0")
        client, token_file = client_of(second)
        async with client:
            assert (await client.get(f"{TOKENS}/status/{begun}")).json() == ended
            lost = (await client.get(f"{TOKENS}/status/{cut_off}")).json()
            assert (lost["status"], lost["exitCode"], lost["endedAt"]) == ("FAILED", None, None)
            assert "ended before it did" in lost["summary"]
        second.send_signal(signal.SIGTERM)
        finished = desk.finish(second)
        assert (finished.code, finished.stdout) == (0, "")
        assert finished.stderr.splitlines() == ["The API is no longer served."]
        assert not token_file.exists()


async def test_an_execution_is_ended_by_its_id_and_its_browser_with_it(tmp_path: Path) -> None:
    with SimulatedBroker("happy", apps=("PRIMARY", "WEBSOCKET1")) as broker:
        desk = CommandLine(broker, tmp_path)
        server = desk.start("serve", "--port", "0")
        client, _ = client_of(server)
        async with client:
            order = {"scope": "ALL", "consent": True}
            begun = (await client.post(f"{TOKENS}/refresh", json=order)).json()["executionId"]
            await until(client, "/auth/status", lambda each: each["state"] == "GENERATING_TOKENS")
            answer = await client.post(f"{TOKENS}/cancel/{begun}")
            assert answer.status_code == 200
            ended = answer.json()
            assert (ended["status"], ended["exitCode"]) == ("PARTIAL", 1)
            assert "CANCELLED" in [slot["failure"] and slot["failure"]["kind"] for slot in ended["slots"]]
            assert not [
                each for each in psutil.Process(server.pid).children(recursive=True) if each.is_running()
            ]
            again = await client.post(f"{TOKENS}/cancel/{begun}")
            assert (again.status_code, again.json()["error"]) == (409, "ALREADY_ENDED")
        server.send_signal(signal.SIGTERM)
        assert desk.finish(server).code == 0
