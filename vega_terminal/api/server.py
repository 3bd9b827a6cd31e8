"""uvicorn inside a loop that belongs to somebody else: no signals, no ticks, an end that comes."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

from vega_terminal.api.connection import limited
from vega_terminal.api.limits import Limits


class QuietServer(uvicorn.Server):
    """Serves until it is told to end."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=limited(limits),
                ws="none",
                lifespan="off",
                loop="none",
                log_config=None,
                access_log=False,
                date_header=False,
                server_header=False,
                proxy_headers=False,
                backlog=limits.accepted_at_once,
                timeout_keep_alive=limits.idle_seconds,
                timeout_graceful_shutdown=limits.end_seconds,
                h11_max_incomplete_event_size=limits.header_bytes,
            )
        )
        self.ready = asyncio.Event()
        self.stopping = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals belong to whoever runs the loop."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        for each in sockets or ():
            each.listen(socket.SOMAXCONN)  # for asyncio this and `accepted_at_once` are one number
        self.ready.set()

    async def main_loop(self) -> None:
        """Wait for the end without waking up in between."""
        await self.stopping.wait()

    def abort_connections(self) -> None:
        """Let go of clients that take in nothing."""
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()


@contextlib.asynccontextmanager
async def running(app: ASGIApp, listening: socket.socket, limits: Limits) -> AsyncIterator[None]:
    """Serve `app` on a socket that listens already; at the end of the block every connection is closed."""
    server = QuietServer(app, limits)
    serving = asyncio.create_task(server.serve([listening]), name="api server")
    ready = asyncio.create_task(server.ready.wait(), name="api server ready")
    try:
        await asyncio.wait({serving, ready}, return_when=asyncio.FIRST_COMPLETED)
        yield
    finally:
        ready.cancel()
        server.stopping.set()
        await serving
        server.abort_connections()
