"""The broker as the engine sees it: implements `Broker` and `MarketData` of `engine.ports`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from vega_terminal.broker import approval, market, oauth
from vega_terminal.broker.calendar import fetch_holidays
from vega_terminal.broker.gateway import Gateway
from vega_terminal.broker.market_account import fetch_holdings, fetch_orders
from vega_terminal.broker.market_candles import fetch_candles
from vega_terminal.broker.market_options import fetch_expiries, fetch_option_chain
from vega_terminal.broker.market_quotes import fetch_quotes
from vega_terminal.broker.profile import fetch_profile
from vega_terminal.broker.transport import HttpTransport
from vega_terminal.clock import Clock
from vega_terminal.domain.calendar.days import CalendarSource
from vega_terminal.domain.market import (
    Candle,
    CandleInterval,
    Funds,
    Holding,
    MarketSession,
    OptionChain,
    Order,
    Position,
    Profile,
    Quote,
)
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import IssuedToken


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for one whole call, where the caller does not say.

    Attributes:
        exchange: generous, because giving up wastes a sign-in.
        market: short, because the dashboard asks again soon, and its other panels wait for the slowest.
        bulk: for the long answers, option contracts, chains and candles.
    """

    exchange: float = 30.0
    market: float = 5.0
    bulk: float = 15.0


_USUAL: Final = Timeouts()


class UpstoxBroker:
    """Upstox at `base_url`. Every method but `authorization_url` raises BrokerError."""

    def __init__(
        self, base_url: str, transport: HttpTransport, clock: Clock, timeouts: Timeouts = _USUAL
    ) -> None:
        self._gateway = Gateway(base_url, transport, clock)
        self._transport = transport
        self._clock = clock
        self._timeouts = timeouts

    def authorization_url(self, slot: ApiSlot, state: Secret) -> str:
        """The address of the authorization dialog for `slot` with the random `state`."""
        return oauth.authorization_url(self._gateway, slot, state)

    async def exchange(self, slot: ApiSlot, code: Secret) -> IssuedToken:
        """Exchange the single-use `code` with exactly one request; spent whatever comes back."""
        return await oauth.exchange(self._gateway, self._clock, slot, code, timeout=self._timeouts.exchange)

    async def request_token(self, slot: ApiSlot) -> Secret | None:
        """Ask the user of the slot's app to approve on the phone, once; see `approval.request_token`."""
        return await approval.request_token(self._gateway, slot, timeout=self._timeouts.exchange)

    async def profile(self, token: Secret, *, timeout: float) -> Profile:
        """Whose token it is; TOKEN_REFUSED only for the broker's clear 401."""
        return await fetch_profile(self._gateway, token, timeout=timeout)

    async def market_sessions(self, token: Secret) -> tuple[MarketSession, ...]:
        """The session of each exchange; one that could not be asked has the status UNKNOWN."""
        return await market.fetch_sessions(self._gateway, token, timeout=self._timeouts.market)

    async def funds(self, token: Secret) -> Funds:
        """Available and used margin; the broker closes this from 00:00 to 05:30 IST."""
        return await market.fetch_funds(self._gateway, token, timeout=self._timeouts.market)

    async def positions(self, token: Secret) -> tuple[Position, ...]:
        """The day's positions, all or none."""
        return await market.fetch_positions(self._gateway, token, timeout=self._timeouts.market)

    async def holdings(self, token: Secret) -> tuple[Holding, ...]:
        """The shares in the demat account, all or none."""
        return await fetch_holdings(self._gateway, token, timeout=self._timeouts.market)

    async def orders(self, token: Secret) -> tuple[Order, ...]:
        """The day's orders, all or none; the broker closes this from 00:00 to 05:30 IST."""
        return await fetch_orders(self._gateway, token, timeout=self._timeouts.market)

    async def quotes(self, token: Secret, keys: Sequence[str]) -> tuple[Quote, ...]:
        """One quote for each of `keys` that the broker knows, in their order."""
        return await fetch_quotes(self._gateway, token, keys, timeout=self._timeouts.market)

    async def expiries(self, token: Secret, underlying_key: str) -> tuple[date, ...]:
        """The days on which options of the underlying expire, the nearest first."""
        return await fetch_expiries(self._gateway, token, underlying_key, timeout=self._timeouts.bulk)

    async def option_chain(self, token: Secret, underlying_key: str, expiry: date) -> OptionChain:
        """Every strike of one expiry, all or none."""
        timeout = self._timeouts.bulk
        return await fetch_option_chain(self._gateway, token, underlying_key, expiry, timeout=timeout)

    async def candles(
        self, token: Secret, key: str, interval: CandleInterval, days: int
    ) -> tuple[Candle, ...]:
        """History and today put together, oldest first."""
        now, timeout = self._clock.now(), self._timeouts.bulk
        return await fetch_candles(self._gateway, token, key, interval, days, now=now, timeout=timeout)

    async def holidays(self, token: Secret) -> CalendarSource:
        """Holidays and special sessions of this year, as far as they concern shares at NSE."""
        return await fetch_holidays(self._gateway, token, timeout=self._timeouts.bulk)

    async def aclose(self) -> None:
        """Close the connections; later calls fail with NETWORK."""
        await self._transport.aclose()
