"""What the dashboard and the market functions show, fetched only while the gate is open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from vega_terminal.domain.market import Candle, CandleInterval, Dashboard, OptionChain, Quote
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.market_access import MarketAccess
from vega_terminal.engine.market_pace import (
    CANDLES_SECONDS,
    EXPIRIES_SECONDS,
    HOLIDAYS_SECONDS,
    OPTION_CHAIN_SECONDS,
    QUOTES_SECONDS,
)
from vega_terminal.engine.market_panels import DashboardPanels
from vega_terminal.engine.market_questions import MarketQuestions, answer_of
from vega_terminal.engine.ports import MarketData
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.status_board import StatusBoard

if TYPE_CHECKING:
    from vega_terminal.domain.calendar.days import CalendarSource

T = TypeVar("T")


class MarketDesk:
    """Reads with PRIMARY's token. Every read raises GateShut when the dashboard may not open."""

    def __init__(
        self,
        data: MarketData,
        gate: LoginGate,
        registry: HotTokenRegistry,
        board: StatusBoard,
    ) -> None:
        self._data = data
        self._access = MarketAccess(gate, registry, board)
        self._panels = DashboardPanels(data, board.now)
        self._questions = MarketQuestions(board.now)
        self._turn = asyncio.Lock()

    async def look(self) -> Dashboard:
        """Return all panels; those that are due are asked first, at once.

        A second caller waits for the first and gets what it found.

        Raises:
            GateShut: the dashboard may not open now, or no longer.
        """
        async with self._turn:
            token = self._access.token()
            unproven = await self._panels.refresh(token)
            await self._access.close_on_refusal(token, unproven)
            self._access.require_open()
            return self._panels.shown()

    async def quotes(self, keys: Sequence[str]) -> tuple[Quote, ...]:
        """See `MarketData.quotes`.

        Raises:
            GateShut: the dashboard may not open now, or no longer.
            BrokerError: there is no answer to trust.
        """
        what = ("quotes", *keys)
        return await self._read(what, lambda token: self._data.quotes(token, what[1:]), QUOTES_SECONDS)

    async def expiries(self, underlying_key: str) -> tuple[date, ...]:
        """See `MarketData.expiries`.

        Raises:
            GateShut: the dashboard may not open now, or no longer.
            BrokerError: there is no answer to trust.
        """
        what = ("expiries", underlying_key)
        return await self._read(
            what, lambda token: self._data.expiries(token, underlying_key), EXPIRIES_SECONDS
        )

    async def option_chain(self, underlying_key: str, expiry: date) -> OptionChain:
        """See `MarketData.option_chain`.

        Raises:
            GateShut: the dashboard may not open now, or no longer.
            BrokerError: there is no answer to trust.
        """
        what = ("option chain", underlying_key, expiry)
        return await self._read(
            what,
            lambda token: self._data.option_chain(token, underlying_key, expiry),
            OPTION_CHAIN_SECONDS,
        )

    async def candles(self, key: str, interval: CandleInterval, days: int) -> tuple[Candle, ...]:
        """See `MarketData.candles`.

        Raises:
            GateShut: the dashboard may not open now, or no longer.
            BrokerError: there is no answer to trust.
        """
        what = ("candles", key, interval, days)
        return await self._read(
            what, lambda token: self._data.candles(token, key, interval, days), CANDLES_SECONDS
        )

    async def holidays(self) -> CalendarSource:
        """See `MarketData.holidays`.

        Raises:
            GateShut: the dashboard may not open now, or no longer.
            BrokerError: there is no answer to trust.
        """
        return await self._read(("holidays",), self._data.holidays, HOLIDAYS_SECONDS)

    def forget(self, *, keep_profile: bool) -> None:
        """Clear what was shown; the profile may stay: it tells of the account, not of the market."""
        self._panels.forget(keep_profile=keep_profile)
        self._questions.forget()

    async def _read(self, what: Hashable, ask: Callable[[Secret], Awaitable[T]], interval: float) -> T:
        token = self._access.token()
        read = self._questions.of(token, what, ask, interval)
        if read.is_due:
            await read.refresh(token.value)
            if read.is_refused:
                await self._prove(token)
            self._access.require_open()
        return answer_of(read)

    async def _prove(self, token: AccessToken) -> None:
        """A read was refused; the profile call decides whether the token is."""
        await self._access.close_on_refusal(token, await self._panels.prove(token))
