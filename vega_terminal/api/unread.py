"""A limit for whoever asks and then does not read the answer."""

from __future__ import annotations

import asyncio


class UnreadLimit:
    """Ends a connection whose peer takes nothing of what waits for it; one that reads slowly goes on.

    Closing would not do: that waits until everything is read.

    Args:
        loop: of the connection.
        transport: of the connection.
        seconds: without a byte taken.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, transport: asyncio.WriteTransport, seconds: float
    ) -> None:
        self._loop = loop
        self._transport = transport
        self._seconds = seconds
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Something waits to be read."""
        self.end()
        waiting = self._transport.get_write_buffer_size()
        self._timer = self._loop.call_later(self._seconds, self._look, waiting)

    def end(self) -> None:
        """Everything was taken, or nobody is there."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self, before: int) -> None:
        if self._transport.get_write_buffer_size() < before:
            self.begin()
        else:
            self._transport.abort()
