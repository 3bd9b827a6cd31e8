"""The market desk behind a door: it is made when somebody first asks for it, and most commands never do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vega_terminal.engine.market import MarketDesk


class MarketDoor:
    """Hands out the one market desk of an engine."""

    def __init__(self, make: Callable[[], Awaitable[MarketDesk]]) -> None:
        """`make` is awaited once, by whoever comes first."""
        self._make = make
        self._desk: MarketDesk | None = None
        self._turn = asyncio.Lock()

    async def desk(self) -> MarketDesk:
        """The market desk."""
        async with self._turn:
            if self._desk is None:
                self._desk = await self._make()
            return self._desk

    def forget(self, *, keep_profile: bool) -> None:
        """Clear what was shown, if anything ever was; see `MarketDesk.forget`."""
        if self._desk is not None:
            self._desk.forget(keep_profile=keep_profile)
