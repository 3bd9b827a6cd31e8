"""The connection to a server: held for ever, and always honest about how it does."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import datetime
from typing import Any, Final, Protocol, TypeVar

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import VegaError
from vega_terminal.engine.defects import defect
from vega_terminal.remote.errors import NotAttachable, ServerLost, unsent
from vega_terminal.remote.stream import Frame, FrameStream
from vega_terminal.wire.about import About
from vega_terminal.wire.frames import Snapshot

T = TypeVar("T")
_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 5.0
"""Seconds between two attempts; each pause is twice as long as the one before it."""


class ConnectionListener(Protocol):
    """Hears what comes, and of every change of the connection."""

    def took(self, frame: Frame) -> None:
        """A frame came."""
        ...

    def lost(self, why: str) -> None:
        """The connection is lost, or still lost for another reason; another attempt follows."""
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
        self._told: set[str] = set()
        self._up, self._down = asyncio.Event(), asyncio.Event()
        self._down.set()
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
            raise ServerLost(unsent(self.why))

    async def unless_lost(self, work: Coroutine[Any, Any, T]) -> T:
        """The outcome of `work`, which is ended when the connection is lost: no answer comes then.

        Raises:
            ServerLost: the connection is lost.
        """
        working, losing = asyncio.create_task(work), asyncio.create_task(self._down.wait())
        try:
            await asyncio.wait((working, losing), return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                return working.result()
            raise ServerLost(self.why)
        finally:
            working.cancel()
            losing.cancel()
            await asyncio.gather(working, losing, return_exceptions=True)

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
            self._told.clear()
        self._listener.took(frame)
        if isinstance(frame, Snapshot):
            self._up.set()
            self._down.clear()
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
        elif self.lost_since is None:
            self.lost_since = self._clock.now()
            self._up.clear()
            self._down.set()
            self._tell()
        elif isinstance(error, NotAttachable) and self.why not in self._told:
            self._tell()  # who answers there now is news, once

    def _tell(self) -> None:
        self._told.add(self.why)
        self._listener.lost(self.why)
