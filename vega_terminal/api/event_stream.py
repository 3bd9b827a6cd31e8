"""Server-sent events for one client, who may leave at any time, or read nothing at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

ABORT: Final = "abort"
"""Where the server puts, in the state of a connection, the function that ends it at once."""


class EventStream(Response):
    """Sends frames as they come, until they end, the client leaves, or it does not read for too long.

    What a client has not read yet waits in the buffer of its connection, which holds a few frames; no other
    frame is taken before it reads on.

    Args:
        frames: encoded events; closed at the end.
        send_limit: seconds that a client may take to make room for the next frame.
    """

    media_type = "text/event-stream"

    def __init__(self, frames: AsyncGenerator[bytes, None], send_limit: float) -> None:
        super().__init__()
        del self.headers["content-length"]
        self._frames = frames
        self._send_limit = send_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        sending = asyncio.create_task(self._send_all(scope, send), name="event stream")
        leaving = asyncio.create_task(_left(receive), name="event stream client")
        async with aclosing(self._frames):
            try:
                await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (sending, leaving):
                    task.cancel()
                await asyncio.gather(sending, leaving, return_exceptions=True)

    async def _send_all(self, scope: Scope, send: Send) -> None:
        try:
            async for frame in self._frames:
                async with asyncio.timeout(self._send_limit):
                    await send({"type": "http.response.body", "body": frame, "more_body": True})
        except TimeoutError:
            abort = scope.get("state", {}).get(ABORT)
            if abort is not None:  # otherwise what it did not read would be kept for it
                abort()
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
