"""The HTTP server of the simulated broker: uvicorn, silent, on sockets of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn

from vega_terminal.simulator.application import TwoOrigins
from vega_terminal.simulator.connections import Connections, tracking_protocol
from vega_terminal.simulator.fault_responses import FaultyAnswers

if TYPE_CHECKING:
    from vega_terminal.simulator.brokerage import Brokerage

LOOPBACK = "127.0.0.1"


class ReadyServer(uvicorn.Server):
    """uvicorn without signals and logs, which says when it is ready and ends faulty answers when it stops."""

    def __init__(self, brokerage: Brokerage, login_port: int) -> None:
        connections = Connections()
        self._stopping = asyncio.Event()
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop
        super().__init__(
            uvicorn.Config(
                TwoOrigins(brokerage, FaultyAnswers(connections, self._stopping), login_port),
                http=tracking_protocol(connections),
                ws="none",
                lifespan="off",
                loop="asyncio",
                log_config=None,
                access_log=False,
                date_header=False,
                server_header=False,
                timeout_keep_alive=60,
                timeout_graceful_shutdown=2,
            )
        )

    def request_stop(self) -> None:
        """Let waiting answers go and stop; may be called from any thread."""
        self.loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        """Serve until asked to stop, without uvicorn's ticks."""
        await self._stopping.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.ready.set()


def listener(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    # With the protocol named, asyncio switches Nagle's delay off on every accepted connection.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((LOOPBACK, port))
    listening.listen(128)
    return listening
