"""A broker that can only answer profile calls, at once or after a pause: nothing else costs time here.

The pause in milliseconds is the first part of the path; where that is no number, the server's own, the
program's argument. As a program it prints its port and serves until its stdin ends.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from benchmarks.machine import ROOT

USER_ID: Final = "AB1234"
_BODY: Final = json.dumps(
    {
        "status": "success",
        "data": {
            "email": "asha@example.com",
            "exchanges": ["NSE", "NFO", "BSE", "CDS", "BFO", "MCX"],
            "products": ["D", "CO", "I"],
            "broker": "UPSTOX",
            "user_id": USER_ID,
            "user_name": "Asha Menon",
            "order_types": ["MARKET", "LIMIT", "SL", "SL-M"],
            "user_type": "individual",
            "poa": False,
            "is_active": True,
        },
    }
).encode()
_ANSWER: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (
    len(_BODY),
    _BODY,
)


class _Profile(asyncio.Protocol):
    """One connection; requests have no body and come one after the other."""

    def __init__(self, pause_ms: int) -> None:
        self._pause_ms = pause_ms

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            first = head.split(b" ", 2)[1].split(b"/")[1]
            pause_ms = int(first) if first.isdigit() else self._pause_ms
            if pause_ms:
                asyncio.get_running_loop().call_later(pause_ms / 1000, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        if isinstance(self._transport, asyncio.Transport) and not self._transport.is_closing():
            self._transport.write(_ANSWER)


@contextmanager
def profile_server(pause_ms: int = 0) -> Iterator[str]:
    """Run the server in a process of its own; yields its address, without a pause in the path.

    Args:
        pause_ms: before each answer to a path that names no pause.
    """
    command = [sys.executable, "-m", "benchmarks.profile_server", str(pause_ms)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdout is None or process.stdin is None:
            raise RuntimeError("The profile server has no pipes.")
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


async def _serve(pause_ms: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Profile(pause_ms), "127.0.0.1", 0, backlog=1024)
    async with server:
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
