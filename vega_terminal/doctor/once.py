"""Something that several checks want to know, found out once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from vega_terminal.clock import Clock
from vega_terminal.time_limit import within

T = TypeVar("T")

BLOCKING_SECONDS = 20.0
"""A call that blocks for longer, such as one to a network drive that is gone, is left to itself."""


class Once(Generic[T]):
    """Finds out at the first question; everybody gets the same answer, or the same error."""

    def __init__(self, find: Callable[[], Awaitable[T]]) -> None:
        self._find = find
        self._task: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """The answer. Whoever stops waiting does not stop the search for the others.

        Raises:
            Exception: whatever the search ended with.
        """
        if self._task is None:
            self._task = asyncio.ensure_future(self._search())
        return await asyncio.shield(self._task)

    async def close(self) -> None:
        """End a search that nobody waits for any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _search(self) -> T:
        return await self._find()


async def aside(call: Callable[[], T], clock: Clock) -> T:
    """Run a blocking call on a thread that can keep nobody waiting for ever, not even the program's end.

    Raises:
        TimeoutError: no answer within `BLOCKING_SECONDS`.
    """
    return await within(BLOCKING_SECONDS, call, clock)
