"""The connection to a server: held for ever, and always honest about how it does."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final, Protocol

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import VegaError
from vega_terminal.engine.defects import defect
from vega_terminal.remote.errors import NotAttachable, ServerLost
from vega_terminal.remote.stream import Frame, FrameStream
from vega_terminal.wire.about import About
from vega_terminal.wire.frames import Snapshot

_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 5.0
"""Seconds between two attempts; each pause is twice as long as the one before it."""


class ConnectionListener(Protocol):
    """Hears what comes, and of every change of the connection."""

    def took(self, frame: Frame) -> None:
        """A frame came."""
        ...

    def lost(self, why: str) -> None:
        """The connection is lost; another attempt follows."""
        ...


class Connection:
    """Opens the stream again and again until it is cancelled.

    Args:
        stream: reads frames.
        about: the server as it was when this terminal was started.
        listener: hears everything.
        clock: waits, and dates a loss.
    """

    def __init__(self, stream: FrameStream, about: About, listener: ConnectionListener, clock: Clock) -> None:
        self._stream = stream
        self._about = about
        self._listener = listener
        self._clock = clock
        self._pause = _FIRST_PAUSE
        self._up = asyncio.Event()
        self._first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.lost_since: datetime | None = clock.now()
        """When the connection was lost, UTC; None while it is there."""
        self.why = "The connection is being made."

    async def first(self) -> None:
        """Wait for the first snapshot.

        Raises:
            VegaError: the first attempt failed.
        """
        await asyncio.shield(self._first)

    async def restored(self) -> None:
        """Wait until the connection is there; a pause at least, as a loss may not be noticed yet."""
        await self._clock.sleep(_FIRST_PAUSE)
        await self._up.wait()

    def require(self) -> None:
        """Pass while the connection is there.

        Raises:
            ServerLost: it is not, and nothing may be sent.
        """
        if self.lost_since is not None:
            raise ServerLost(f"{self.why} Nothing was sent.")

    async def hold(self) -> None:
        """Connect, listen, and when that ends, connect again."""
        while True:
            try:
                async for frame in self._stream.frames():
                    self._take(frame)
            except VegaError as error:
                self._lose(error)
            except Exception as error:  # noqa: BLE001 - otherwise the screen would show old things for ever
                self._lose(ServerLost(defect(error).message))
            await self._clock.sleep(self._pause)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    def _take(self, frame: Frame) -> None:
        if isinstance(frame, Snapshot):
            self._require_same_desk(frame.about)
            self.lost_since, self._pause = None, _FIRST_PAUSE
        self._listener.took(frame)
        if isinstance(frame, Snapshot):
            self._up.set()
            if not self._first.done():
                self._first.set_result(None)

    def _require_same_desk(self, about: About) -> None:
        """Live and simulated, or two accounts, must never be taken for each other."""
        if about.same_desk != self._about.same_desk:
            raise NotAttachable(
                "Another desk answers there now: its broker, data folder or slots are not those of before."
                " Leave, and attach again if that is right."
            )

    def _lose(self, error: VegaError) -> None:
        self.why = str(error)
        if not self._first.done():
            self._first.set_exception(error)
        if self.lost_since is None:
            self.lost_since = self._clock.now()
            self._up.clear()
            self._listener.lost(self.why)
