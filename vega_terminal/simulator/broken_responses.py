"""Responses that a healthy server never sends."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from vega_terminal.simulator.connections import Connections


class ResetResponse(Response):
    """Breaks the connection instead of answering."""

    def __init__(self, connections: Connections) -> None:
        super().__init__()
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Answer nothing and reset."""
        self._connections.reset(scope)
        await _client_left(receive)


class HangingResponse(Response):
    """Says nothing until the client gives up or the simulator stops."""

    def __init__(self, connections: Connections, stopping: asyncio.Event) -> None:
        super().__init__()
        self._connections = connections
        self._stopping = stopping

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        """Wait, then break the connection."""
        waits = [asyncio.create_task(_client_left(receive)), asyncio.create_task(_stopped(self._stopping))]
        _, unfinished = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in unfinished:
            task.cancel()
        self._connections.reset(scope)
        await _client_left(receive)


class SlowBodyResponse(Response):
    """Sends the headers and half of the body at once, the rest late."""

    def __init__(self, whole: Response, delay_s: float, stopping: asyncio.Event) -> None:
        super().__init__()
        self._whole = whole
        self._delay_s = delay_s
        self._stopping = stopping

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send in two parts."""
        body = bytes(self._whole.body)
        start = {
            "type": "http.response.start",
            "status": self._whole.status_code,
            "headers": self._whole.raw_headers,
        }
        await send(start)
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        await pause(self._delay_s, self._stopping)
        await send({"type": "http.response.body", "body": body[len(body) // 2 :]})


class TruncatedResponse(Response):
    """Promises the whole body, sends half of it and closes."""

    def __init__(self, whole: Response, connections: Connections) -> None:
        super().__init__()
        self._whole = whole
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half."""
        body = bytes(self._whole.body)
        start = {
            "type": "http.response.start",
            "status": self._whole.status_code,
            "headers": self._whole.raw_headers,
        }
        await send(start)
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        self._connections.close(scope)
        await _client_left(receive)


async def pause(seconds: float, stopping: asyncio.Event) -> None:
    """Let time pass, but no longer than the simulator runs."""
    await asyncio.wait([task := asyncio.create_task(_stopped(stopping))], timeout=seconds)
    task.cancel()


async def _client_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _stopped(stopping: asyncio.Event) -> None:
    await stopping.wait()
