"""How soon two hundred readers of events have a change."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from benchmarks.rest_child import REFRESH
from benchmarks.rest_servers import Server, scripted
from benchmarks.result import Report, Samples, Table, median_ratio, span
from benchmarks.turns import in_turn

ROUNDS: Final = 5
READERS: Final = 200
CHANGES: Final = 20
_COLUMNS: Final = ("", "p50", "p99", "max", "changes")
_FACTS: Final = (
    (
        f"From before the POST that changes the document until the last of {READERS} readers has the whole"
        " event; the readers are sockets of the process that measures."
    ),
    "The bare app puts the event into one queue a reader, without a limit for readers that do not read.",
)


@dataclass(frozen=True, slots=True)
class FanOutResult:
    """Milliseconds from the call to the last reader."""

    ours: Samples
    bare: Samples

    def report(self) -> Report:
        rows = tuple(_row(samples) for samples in (self.ours, self.bare))
        ratio = f"ours / bare, median of the pairs: {median_ratio(self.ours, self.bare):.2f} x"
        table = Table(f"One change, {READERS} readers", _COLUMNS, rows)
        return Report("SSE fan-out", (table,), facts=(ratio, *_FACTS))


def run(rounds: int | None) -> FanOutResult:
    """Measure; a few seconds a round."""
    return asyncio.run(_measure(rounds or ROUNDS))


async def _measure(rounds: int) -> FanOutResult:
    contenders = [partial(_changes, "product"), partial(_changes, "bare")]
    ours, bare = await in_turn(contenders, rounds)
    return FanOutResult(
        Samples("vega-auth serve", tuple(each for changes in ours for each in changes)),
        Samples("bare uvicorn and Starlette", tuple(each for changes in bare for each in changes)),
    )


async def _changes(what: str) -> tuple[float, ...]:
    async with scripted(what) as server, _listening(server) as readers, server.client() as client:
        took = []
        for _ in range(CHANGES):
            heard = [asyncio.create_task(_event(reader)) for reader in readers]
            began = time.perf_counter()
            (await client.post(REFRESH)).raise_for_status()
            await asyncio.gather(*heard)
            took.append((time.perf_counter() - began) * 1000)
        return tuple(took)


@asynccontextmanager
async def _listening(server: Server) -> AsyncIterator[list[asyncio.StreamReader]]:
    """Readers who have the first event."""
    opened = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(READERS)]
    head = f"Host: 127.0.0.1:{server.port}\r\nAuthorization: Bearer {server.token}\r\n\r\n"
    try:
        for reader, writer in opened:
            writer.write(f"GET /auth/events HTTP/1.1\r\n{head}".encode())
            await _event(reader)
        yield [reader for reader, _ in opened]
    finally:
        for _, writer in opened:
            writer.close()


async def _event(reader: asyncio.StreamReader) -> None:
    """One event that carries a document; its end is an empty line."""
    await reader.readuntil(b"data: ")
    await reader.readuntil(b"\n\n")


def _row(samples: Samples) -> tuple[str, ...]:
    figures = (samples.median, samples.percentile(0.99), max(samples.values))
    return (samples.name, *(span(figure) for figure in figures), str(len(samples.values)))
