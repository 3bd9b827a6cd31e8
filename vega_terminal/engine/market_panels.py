"""The dashboard's panels: each is asked at its own pace and keeps its last value beside its trouble."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from vega_terminal.domain.failure import Failure
from vega_terminal.domain.instruments import INDICES
from vega_terminal.domain.market import Dashboard
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.market_read import LiveRead
from vega_terminal.engine.ports import MarketData

PROFILE_TIMEOUT: Final = 5.0
"""Seconds."""
_INDEX_KEYS: Final = tuple(index.key for index in INDICES)


class DashboardPanels:
    """All of them. The intervals are seconds; see `market_pace` for what they add up to."""

    def __init__(self, data: MarketData, now: Callable[[], datetime]) -> None:
        """Ask `data`; `now` tells UTC."""
        self._profile = LiveRead(lambda token: data.profile(token, timeout=PROFILE_TIMEOUT), 60, now)
        self._sessions = LiveRead(data.market_sessions, 60, now)
        self._funds = LiveRead(data.funds, 30, now)
        self._positions = LiveRead(data.positions, 10, now)
        self._holdings = LiveRead(data.holdings, 60, now)
        self._orders = LiveRead(data.orders, 15, now)
        self._indices = LiveRead(lambda token: data.quotes(token, _INDEX_KEYS), 5, now)
        self._market: tuple[LiveRead[Any], ...] = (
            self._sessions,
            self._funds,
            self._positions,
            self._holdings,
            self._orders,
            self._indices,
        )
        self._epoch: int | None = None

    async def refresh(self, token: AccessToken) -> Failure | None:
        """Ask all that are due, at once; where one of them is refused, ask for the profile, too.

        Returns:
            What went wrong with the profile, if it was asked now.
        """
        self._hurry_with_a_new(token)
        due = [panel for panel in (self._profile, *self._market) if panel.is_due]
        await asyncio.gather(*(panel.refresh(token.value) for panel in due))
        if self._profile in due:
            return self._profile.shown.failure
        return await self.prove(token) if any(panel.is_refused for panel in due) else None

    async def prove(self, token: AccessToken) -> Failure | None:
        """Ask for the profile now; the result is what went wrong."""
        await self._profile.refresh(token.value)
        return self._profile.shown.failure

    def forget(self, *, keep_profile: bool) -> None:
        """Clear what was shown; the profile may stay: it tells of the account, not of the market."""
        for panel in self._market if keep_profile else (self._profile, *self._market):
            panel.forget()

    def _hurry_with_a_new(self, token: AccessToken) -> None:
        """What the broker said of an older token delays nothing."""
        if token.epoch != self._epoch:
            self._epoch = token.epoch
            for panel in (self._profile, *self._market):
                panel.hurry()

    def shown(self) -> Dashboard:
        """What is known now."""
        return Dashboard(
            sessions=self._sessions.shown,
            profile=self._profile.shown,
            funds=self._funds.shown,
            positions=self._positions.shown,
            holdings=self._holdings.shown,
            orders=self._orders.shown,
            indices=self._indices.shown,
        )
