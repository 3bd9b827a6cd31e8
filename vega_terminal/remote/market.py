"""Market and account of an engine elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from vega_terminal.domain.errors import GateShut
from vega_terminal.domain.market.candles import Candle, CandleInterval
from vega_terminal.domain.market.dashboard import Dashboard
from vega_terminal.domain.market.options import OptionChain
from vega_terminal.domain.market.quotes import Quote
from vega_terminal.remote.connection import Connection
from vega_terminal.remote.errors import NotAttachable, ServerLost
from vega_terminal.remote.link import Link

T = TypeVar("T")


class RemoteMarket:
    """Asks the server; how often the broker is asked, its engine decides.

    Without a server there is no market: whoever asks then finds the gate shut.

    Attributes:
        connection: how the server can be reached now.
    """

    def __init__(self, link: Link, connection: Connection) -> None:
        self.connection = connection
        self._link = link

    async def look(self) -> Dashboard:
        """The dashboard's panels. Raises GateShut."""
        return await self._read(Dashboard, "/dashboard")

    async def quotes(self, keys: Sequence[str]) -> tuple[Quote, ...]:
        """One quote for each of `keys` that the broker knows. Raises GateShut and BrokerError."""
        return await self._read(tuple[Quote, ...], "/quotes", key=list(keys))

    async def expiries(self, underlying_key: str) -> tuple[date, ...]:
        """The days on which options expire, the nearest first. Raises GateShut and BrokerError."""
        return await self._read(tuple[date, ...], "/expiries", underlying=underlying_key)

    async def option_chain(self, underlying_key: str, expiry: date) -> OptionChain:
        """Every strike of one expiry. Raises GateShut and BrokerError."""
        asked = {"underlying": underlying_key, "expiry": expiry.isoformat()}
        return await self._read(OptionChain, "/option-chain", **asked)

    async def candles(self, key: str, interval: CandleInterval, days: int) -> tuple[Candle, ...]:
        """Candles, oldest first. Raises GateShut and BrokerError."""
        asked = {"key": key, "interval": interval.value, "days": days}
        return await self._read(tuple[Candle, ...], "/candles", **asked)

    async def _read(self, kind: type[T], path: str, **asked: Any) -> T:  # noqa: ANN401 - as httpx takes them
        try:
            self.connection.require()
            return await self.connection.unless_lost(self._link.get(kind, path, **asked))
        except (ServerLost, NotAttachable) as error:
            raise GateShut(str(error)) from None
