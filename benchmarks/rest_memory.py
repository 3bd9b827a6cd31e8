"""What ten thousand polls leave behind in the memory of the server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from statistics import median
from typing import Final

from benchmarks.broker import Ground, ground
from benchmarks.rest_servers import Server, scripted, served
from benchmarks.result import Report, Table
from benchmarks.turns import in_turn

ROUNDS: Final = 3
POLLS: Final = 10_000
WARM_UP: Final = 500
_COLUMNS: Final = ("", "before", "after", "grown")
_FACTS: Final = (
    (
        f"Resident memory before and after {POLLS} times GET /auth/status on one connection, after {WARM_UP}"
        " of them to warm up; medians over the rounds."
    ),
)
Grown = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MemoryResult:
    """MiB before and after, a pair a round."""

    ours: tuple[Grown, ...]
    bare: tuple[Grown, ...]

    def report(self) -> Report:
        rows = (_row("vega-auth serve", self.ours), _row("bare uvicorn and Starlette", self.bare))
        return Report("Memory of the server", (Table("Resident memory", _COLUMNS, rows),), facts=_FACTS)


def run(rounds: int | None) -> MemoryResult:
    """Measure; about half a minute a round."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> MemoryResult:
    async with ground() as broker:
        contenders: list[Callable[[], Awaitable[Grown]]] = [partial(_ours, broker), _bare]
        ours, bare = await in_turn(contenders, rounds)
    return MemoryResult(ours, bare)


async def _ours(broker: Ground) -> Grown:
    async with served(broker.environment) as server:
        return await asyncio.to_thread(_polled, server)


async def _bare() -> Grown:
    async with scripted("bare") as server:
        return await asyncio.to_thread(_polled, server)


def _polled(server: Server) -> Grown:
    connection = HTTPConnection("127.0.0.1", server.port)
    try:
        _poll(connection, server, WARM_UP)
        before = server.resident_mib()
        _poll(connection, server, POLLS)
        return before, server.resident_mib()
    finally:
        connection.close()


def _poll(connection: HTTPConnection, server: Server, times: int) -> None:
    for _ in range(times):
        connection.request("GET", "/auth/status", headers=server.headers)
        answer = connection.getresponse()
        if answer.status != 200 or not answer.read():
            raise RuntimeError(f"The server answered with {answer.status}.")


def _row(name: str, pairs: tuple[Grown, ...]) -> tuple[str, ...]:
    before, after = (median(pair[side] for pair in pairs) for side in (0, 1))
    grown = median(pair[1] - pair[0] for pair in pairs)
    return (name, f"{before:.1f} MiB", f"{after:.1f} MiB", f"{grown:+.2f} MiB")
