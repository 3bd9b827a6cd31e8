"""Hands notices to the channels, each with a limit of time; a failure is told once and breaks nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final

from vega_terminal.notices.channel import LIMIT_SECONDS, attempt

if TYPE_CHECKING:
    from vega_terminal.notices.channel import Channel
    from vega_terminal.notices.notice import Notice

_QUIET_SECONDS: Final = 1.0
"""A pause at the end that nobody has to have explained."""


class Delivery:
    """Works in the background; `close` waits for what is under way.

    Attributes:
        unheard: notices that got through on no way.
    """

    def __init__(
        self,
        open_channels: Callable[[], Sequence[Channel]],
        tell: Callable[[str], None],
        limit: float = LIMIT_SECONDS,
    ) -> None:
        """Deliver through what `open_channels` gives.

        Args:
            open_channels: makes the ways to people; called when there is something to say.
            tell: takes a sentence about a way that does not work.
            limit: seconds for one notice on one way.
        """
        self.unheard = 0
        self._open_channels = open_channels
        self._channels: Sequence[Channel] | None = None
        self._tell = tell
        self._limit = limit
        self._failing: set[str] = set()
        self._under_way: set[asyncio.Task[object]] = set()

    def send(self, notice: Notice) -> None:
        """Deliver `notice` on every way; returns at once."""
        if self._channels is None:
            self._channels = self._open_channels()
        self._begin(self._on_every_way(notice, self._channels))

    def do(self, way: str, work: Coroutine[Any, Any, None], what: str) -> None:
        """Do `work` in the background; `what` is the sentence that begins the news of a failure."""
        self._begin(self._watched(way, work, what))

    def _begin(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(work, name="notice")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Wait for what is under way; the limits see to it that this ends."""
        if self._under_way:
            _done, late = await asyncio.wait(self._under_way, timeout=_QUIET_SECONDS)
            if late:
                self._tell(f"Waiting for notices to get through, for {self._limit:g} seconds at most.")
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def _on_every_way(self, notice: Notice, channels: Sequence[Channel]) -> None:
        what = "A notice did not get through on the way of"
        heard = await asyncio.gather(
            *(self._watched(way.key, way.deliver(notice), f"{what} {way.key}.") for way in channels)
        )
        self.unheard += not any(heard)

    async def _watched(self, way: str, work: Coroutine[Any, Any, None], what: str) -> bool:
        trouble = await attempt(work, self._limit)
        if trouble is None:
            self._failing.discard(way)
        elif way not in self._failing:
            self._failing.add(way)
            self._tell(f"{what} {trouble}")
        return trouble is None
