"""The servers of the REST benchmarks as processes, and what the system says of them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks.machine import ROOT


@dataclass(frozen=True, slots=True)
class Server:
    """One that is served in a process of its own."""

    url: str
    token: str
    pid: int

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def resident_mib(self) -> float:
        """What it holds in memory, as the system counts it."""
        return float(psutil.Process(self.pid).memory_info().rss) / 2**20

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, headers=self.headers, timeout=60, trust_env=False)


@asynccontextmanager
async def scripted(what: str) -> AsyncIterator[Server]:
    """One of `benchmarks.rest_child`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.rest_child", what,
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        line = await process.stdout.readline() if process.stdout is not None else b""
        said = json.loads(line)
        yield Server(said["url"], said["token"], process.pid)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()


@asynccontextmanager
async def served(broker: Mapping[str, str]) -> AsyncIterator[Server]:
    """`vega-auth serve` on an empty data folder; the broker runs elsewhere."""
    with tempfile.TemporaryDirectory(prefix="vega-bench-") as folder:
        own = {
            "VEGA_DATA_DIR": str(Path(folder, "data")),
            "VEGA_KEY_FILE": str(Path(folder, "bench.key")),
            "VEGA_HEADLESS": "on",
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "vega_terminal.cli", "serve", "--port", "0", "--env-file", os.devnull,
            cwd=ROOT, env={**os.environ, **broker, **own}, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            yield await _served_by(process)
        finally:
            process.terminate()
            await process.wait()


async def _served_by(process: asyncio.subprocess.Process) -> Server:
    line = (await process.stderr.readline() if process.stderr is not None else b"").decode()
    found = re.fullmatch(r"The API is served at (\S+) until Ctrl-C\. Its bearer token lies in (.+)\n", line)
    if found is None:
        raise RuntimeError(f"The server said '{line.strip()}'.")
    token = await asyncio.to_thread(Path(found[2]).read_text, encoding="ascii")
    return Server(found[1], token.strip(), process.pid)
