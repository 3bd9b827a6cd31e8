"""Whoever does not read what waits for it is cut off, and whoever reads slowly is not."""

from __future__ import annotations

import asyncio
import socket

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from vega_terminal.api.connection import limited
from vega_terminal.api.limits import Limits
from vega_terminal.api.unread import UnreadLimit


async def _long_answer(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"x" * 50_000})


async def test_the_little_that_is_left_of_an_answer_is_not_kept_for_ever() -> None:
    """It fits into the buffer that the server has for a connection, so that nobody waits to send more."""
    loop, gone = asyncio.get_running_loop(), asyncio.Event()
    config = uvicorn.Config(_long_answer, log_config=None)

    class Watched(limited(Limits(send_seconds=0.1))):  # type: ignore[misc]  # a class made by a function
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            gone.set()

    here, there = socket.socketpair()
    there.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    with here:
        await loop.connect_accepted_socket(lambda: Watched(config, ServerState(), {}), there)
        here.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        async with asyncio.timeout(10):
            await gone.wait()


class Unread(asyncio.WriteTransport):
    """So many bytes wait to be read."""

    def __init__(self, waiting: int) -> None:
        super().__init__()
        self.waiting = waiting
        self.aborted = asyncio.Event()

    def get_write_buffer_size(self) -> int:
        self.waiting = max(self.waiting - 1, 7)
        return self.waiting

    def abort(self) -> None:
        self.aborted.set()


async def test_whoever_reads_slowly_is_waited_for_until_nothing_is_read() -> None:
    transport = Unread(20)
    limit = UnreadLimit(asyncio.get_running_loop(), transport, 0.001)
    limit.begin()
    async with asyncio.timeout(10):
        await transport.aborted.wait()
    assert transport.waiting == 7, "as long as something was read it went on"


async def test_what_was_read_in_time_is_no_longer_looked_at() -> None:
    transport = Unread(7)
    limit = UnreadLimit(asyncio.get_running_loop(), transport, 0.0)
    limit.begin()
    limit.end()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await transport.aborted.wait()
