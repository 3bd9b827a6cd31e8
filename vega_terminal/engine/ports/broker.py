"""The broker's documented API, as far as the engine needs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import IssuedToken

if TYPE_CHECKING:
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


class ProfileProbe(Protocol):
    """The one authenticated call that proves a token."""

    async def profile(self, token: Secret, *, timeout: float) -> Profile:
        """Ask for the profile with `token`, within `timeout` seconds.

        Raises:
            BrokerError: with TOKEN_REFUSED only for the broker's clear 401; with another kind when
                nothing can be said about the token.
        """
        ...


class Broker(ProfileProbe, Protocol):
    """The broker's documented API as far as logging in needs it."""

    def authorization_url(self, slot: ApiSlot, state: Secret) -> str:
        """The address of the authorization dialog for `slot` with the random `state`."""
        ...

    async def exchange(self, slot: ApiSlot, code: Secret) -> IssuedToken:
        """Exchange the single-use `code`, exactly once.

        Raises:
            BrokerError: the code is burnt, whatever the kind; it is never sent again.
        """
        ...


class MarketData(Protocol):
    """What dashboard and market functions ask the broker. Every method raises BrokerError."""

    async def profile(self, token: Secret, *, timeout: float) -> Profile:
        """Whose account it is."""
        ...

    async def market_sessions(self, token: Secret) -> tuple[MarketSession, ...]:
        """The session of each exchange of interest."""
        ...

    async def funds(self, token: Secret) -> Funds:
        """Available and used margin; the broker closes this at night (423)."""
        ...

    async def positions(self, token: Secret) -> tuple[Position, ...]:
        """The day's positions."""
        ...

    async def holdings(self, token: Secret) -> tuple[Holding, ...]:
        """The shares in the demat account."""
        ...

    async def orders(self, token: Secret) -> tuple[Order, ...]:
        """The day's orders, in the broker's order; closed at night (423) like the funds."""
        ...

    async def quotes(self, token: Secret, keys: Sequence[str]) -> tuple[Quote, ...]:
        """One quote for each of `keys` that the broker knows, in their order."""
        ...

    async def expiries(self, token: Secret, underlying_key: str) -> tuple[date, ...]:
        """The days on which options of the underlying expire, the nearest first."""
        ...

    async def option_chain(self, token: Secret, underlying_key: str, expiry: date) -> OptionChain:
        """Every strike of one expiry; without rows when the broker has none."""
        ...

    async def candles(
        self, token: Secret, key: str, interval: CandleInterval, days: int
    ) -> tuple[Candle, ...]:
        """Candles of the last `days` days (at most `interval.longest_days`) and today, oldest first."""
        ...

    async def holidays(self, token: Secret) -> CalendarSource:
        """Holidays and special sessions of this year, as far as they concern shares at NSE."""
        ...
