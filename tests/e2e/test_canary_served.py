"""Unique secrets go through everything that serves, tells and measures; none is readable there."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.api.test_serve_process import TOKENS, client_of, until
from tests.notices.receiver import Service, service

from .canary import Canaries, files_of, noting
from .command_line import CommandLine
from .conftest import MakeDesk
from .test_canary import leaks_in
from .test_told_and_measured import TAKING

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(90)]

HOOK, PULSE, STRAY = "hook-5e1f8c03d7", "pulse-90b2aa64cf", "stray-7d11c2e955"
READ = (
    *("/auth/status", "/auth/ready", "/metrics", "/openapi.json", "/healthz"),
    *("/attach/v1/about", "/attach/v1/log/0", "/attach/v1/audit/records"),
)


@contextmanager
def operators(make_desk: MakeDesk, home: Path) -> Iterator[tuple[CommandLine, Service]]:
    """A desk whose tokens are approved on the phone, one of them only by a forger; it tells on every way."""
    (home / "taking.py").write_text(TAKING)
    with service() as monitor:
        desk = make_desk(
            "phone",
            apps=("PRIMARY", "WEBSOCKET1"),
            VEGA_LOG_LEVEL="DEBUG",
            UPSTOX_DECISION_TIMEOUT_MS="1",
            UPSTOX_PHONE_TIMEOUT_SEC="2",
            VEGA_NOTIFY_COMMAND=f"{sys.executable} {home / 'taking.py'} {home / 'told'}",
            VEGA_NOTIFY_WEBHOOK=f"{monitor.address}/{HOOK}",
            VEGA_DEAD_MAN_URL=f"{monitor.address}/{PULSE}",
            VEGA_METRICS_FILE=str(home / "vega.prom"),
        )
        desk.broker.faults.change(
            phone_after_ms=1, phone_by_app={"WEBSOCKET1": "forge,malformed,wrong-user,reject"}
        )
        yield desk, monitor


async def collected(client: httpx.AsyncClient, path: str) -> bytes:
    """Everything that a stream sends, to the end of the server."""
    async with client.stream("GET", path, timeout=None) as answer:
        return await answer.aread()


async def served(client: httpx.AsyncClient) -> dict[str, bytes]:
    """A run, ordered and followed over HTTP, and every answer: the good ones and the refusals."""
    order: dict[str, Any] = {"consent": True}
    begun = (await client.post(f"{TOKENS}/refresh", json=order)).json()["executionId"]
    ended = await until(client, f"{TOKENS}/status/{begun}", lambda each: each["endedAt"] is not None)
    assert [slot["verdict"] for slot in ended["slots"]] == ["VALID", "MISSING"]
    answers = {path: (await client.get(path)).content for path in (*READ, f"{TOKENS}/status/{begun}")}
    wrong = (
        await client.post(f"{TOKENS}/refresh", json={"scope": STRAY}),
        await client.post(f"{TOKENS}/refresh", json={STRAY: STRAY, "only": [STRAY]}),
        await client.post(f"{TOKENS}/refresh", content=STRAY),
        await client.get(f"{TOKENS}/status/{STRAY}"),
        await client.get("/auth/status", headers={"Authorization": f"Bearer {STRAY}"}),
        await client.post("/attach/v1/questions/1", json={"answer": {"kind": "otp", "digits": [STRAY]}}),
        await client.post("/attach/v1/rearm", json={"identity": STRAY}),
    )
    assert all(answer.is_client_error for answer in wrong)
    return answers | {f"refusal {number}": answer.content for number, answer in enumerate(wrong)}


async def test_no_secret_is_readable_where_it_is_served_told_and_measured(
    make_desk: MakeDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with operators(make_desk, tmp_path) as (desk, monitor), noting(desk.broker, monkeypatch) as canaries:
        process = desk.start("serve", "--port", "0")
        client, token_file = client_of(process)
        noted(canaries, desk, token_file)
        async with client:
            streams = [
                asyncio.create_task(collected(client, path)) for path in ("/auth/events", "/attach/v1/stream")
            ]
            seen = await served(client)
            seen["arguments"] = "\0".join(psutil.Process(process.pid).cmdline()).encode()
            process.send_signal(signal.SIGTERM)
            seen |= {str(number): await stream for number, stream in enumerate(streams)}
        finished = await asyncio.to_thread(desk.finish, process)
        seen |= {"serve": (finished.stdout + finished.stderr).encode()}
        seen |= await asyncio.to_thread(handed_out, desk)
        kinds = {body["kind"] for body in monitor.bodies if body is not None}
        seen["told"] = repr((monitor.bodies, monitor.headers)).encode()
    assert kinds == {"RUN_PARTIAL"}
    assert {path for _, path in monitor.requests} == {f"/{HOOK}", f"/{PULSE}/fail"}
    assert b"WEBSOCKET1" in seen["0"]
    assert b"WEBSOCKET1" in seen["1"]
    canaries.require("bearer token", "address", "notifier path", "what a client sent")
    leaks = leaks_in(canaries, seen.items()) | leaks_in(canaries, files_of(desk.data))
    told = [tmp_path / "told", tmp_path / "vega.prom"]
    assert leaks | leaks_in(canaries, ((str(path), path.read_bytes()) for path in told)) == set()
    assert b"eyJ" not in b"".join(seen.values()), "the beginning of a token"


def noted(canaries: Canaries, desk: CommandLine, token_file: Path) -> None:
    """What a browser has nothing to do with."""
    canaries.note("vault key", (desk.home / "vault.key").read_text().strip())
    canaries.note("bearer token", token_file.read_text().strip())
    canaries.note("notifier path", desk.broker.environment()["VEGA_NOTIFIER_PATH"].rpartition("/")[2])
    canaries.note("what a client sent", STRAY)
    for address in (HOOK, PULSE):
        canaries.note("address", address)


def handed_out(desk: CommandLine) -> dict[str, bytes]:
    """What other users see of a program that got a token, and what a warm-up says."""
    desk.extra["UPSTOX_DECISION_MODE"] = "NEVER"
    look = 'cat /proc/$$/cmdline; test -n "$UPSTOX_ACCESS_TOKEN" && echo got it'
    program = desk.run("exec", "--only", "PRIMARY", "--", "sh", "-c", look)
    assert program.stdout.endswith("got it\n")
    warm_up = desk.run("warmup", "run", "--json")
    assert warm_up.code == 1
    return {
        "arguments of the program": program.stdout.encode(),
        "exec": program.stderr.encode(),
        "warm-up": (warm_up.stdout + warm_up.stderr).encode(),
    }
