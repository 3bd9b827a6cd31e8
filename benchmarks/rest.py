"""How often and how soon `/auth/status` is answered, while nothing happens and during a login."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Final

import httpx

from benchmarks.broker import Ground, ground
from benchmarks.machine import ROOT
from benchmarks.rest_child import REFRESH
from benchmarks.rest_servers import Server, scripted, served
from benchmarks.result import Goal, Report, Table
from benchmarks.turns import in_turn

ROUNDS: Final = 3
CONNECTIONS: Final = 16
SECONDS: Final = 3
LIMIT: Final = 2.0
_COLUMNS: Final = ("", "answers/s", "p50", "p99", "errors")
_FACTS: Final = (
    f"wrk with one thread and {CONNECTIONS} connections for {SECONDS} s a round; medians over the rounds.",
    "The bare app is uvicorn and Starlette with the same document: no token, no checks, no limits.",
    "Beside a login both compete with Chromium, its driver, the broker and wrk for the cores.",
)


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk counted."""

    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int


@dataclass(frozen=True, slots=True)
class RestResult:
    """By situation."""

    loads: dict[str, tuple[Load, ...]]

    def report(self) -> Report:
        rows = tuple(_row(name, loads) for name, loads in self.loads.items())
        pairs = zip(self.loads[_OURS_BUSY], self.loads[_BARE_BUSY], strict=True)
        ratio = median(ours.p99_ms / bare.p99_ms for ours, bare in pairs)
        goal = Goal("p99 during a login, ours / bare", ratio, LIMIT, " x")
        return Report("REST", (Table("GET /auth/status", _COLUMNS, rows),), (goal,), _FACTS)


_OURS, _BARE = "vega-auth serve", "bare uvicorn and Starlette"
_OURS_BUSY, _BARE_BUSY = f"{_OURS}, during its login", f"{_BARE}, beside that login"


def run(rounds: int | None) -> RestResult:
    """Measure; about half a minute a round."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> RestResult:
    async with ground() as broker:
        situations: dict[str, Callable[[], Awaitable[Load]]] = {
            _OURS: partial(_idle, broker),
            _BARE: _bare_idle,
            _OURS_BUSY: partial(_during_login, broker, bare=False),
            _BARE_BUSY: partial(_during_login, broker, bare=True),
        }
        loads = await in_turn([*situations.values()], rounds)
    return RestResult(dict(zip(situations, loads, strict=True)))


async def _idle(broker: Ground) -> Load:
    async with served(broker.environment) as server:
        return await _asked(server)


async def _bare_idle() -> Load:
    async with scripted("bare") as server:
        return await _asked(server)


async def _during_login(broker: Ground, *, bare: bool) -> Load:
    """The product signs in for six slots; it or the bare app is asked meanwhile."""
    await broker.fresh()
    async with served(broker.environment) as server, scripted("bare") as other, server.client() as client:
        answer = (await client.post(REFRESH, json={"consent": True})).raise_for_status()
        load = await _asked(other if bare else server)
        await _ended(client, answer.headers["location"])
    return load


async def _ended(client: httpx.AsyncClient, where: str) -> None:
    """Wait until the login is over; raises unless it generated everything."""
    while True:
        document = (await client.get(where)).json()
        if document["status"] == "COMPLETED":
            return
        if document["status"] != "IN_PROGRESS":
            raise RuntimeError(f"The login beside the measurement failed: {document['summary']}")
        await asyncio.sleep(0.2)


async def _asked(server: Server) -> Load:
    """Ask as fast as it goes."""
    program = shutil.which("wrk")
    if program is None:
        raise RuntimeError("wrk is not installed. make bench gets it from apt; on macOS: brew install wrk")
    process = await asyncio.create_subprocess_exec(
        program, "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(ROOT / "benchmarks" / "wrk.lua"),
        "-H", f"Authorization: Bearer {server.token}", f"{server.url}/auth/status",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await process.communicate()
    counted = json.loads(said.decode().strip().splitlines()[-1])
    per_second = counted["requests"] / counted["us"] * 1_000_000
    return Load(per_second, counted["p50"] / 1000, counted["p99"] / 1000, counted["wrong"])


def _row(name: str, loads: tuple[Load, ...]) -> tuple[str, ...]:
    return (
        name,
        f"{median(load.per_second for load in loads):.0f}",
        f"{median(load.p50_ms for load in loads):.2f} ms",
        f"{median(load.p99_ms for load in loads):.2f} ms",
        str(sum(load.wrong for load in loads)),
    )
