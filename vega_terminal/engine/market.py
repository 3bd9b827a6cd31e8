"""What the dashboard shows, fetched only while the gate is open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

from vega_terminal.domain.errors import BrokerError, GateShut
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Dashboard, Panel
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.ports import MarketData
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.status_board import StatusBoard

T = TypeVar("T")
PROFILE_TIMEOUT = 5.0


class MarketDesk:
    """Fetches every panel at once; a panel that fails keeps its last value and shows its own error."""

    def __init__(
        self,
        data: MarketData,
        gate: LoginGate,
        registry: HotTokenRegistry,
        board: StatusBoard,
    ) -> None:
        self._data = data
        self._gate = gate
        self._registry = registry
        self._board = board
        self._last = Dashboard()

    async def look(self) -> Dashboard:
        """Return all panels, freshly asked with the PRIMARY token.

        Raises:
            GateShut: the dashboard may not open now, or no longer.
        """
        token = self._token()
        secret = token.value
        profile, sessions, funds, positions = await asyncio.gather(
            self._panel(self._last.profile, self._data.profile(secret, timeout=PROFILE_TIMEOUT)),
            self._panel(self._last.sessions, self._data.market_sessions(secret)),
            self._panel(self._last.funds, self._data.funds(secret)),
            self._panel(self._last.positions, self._data.positions(secret)),
        )
        await self._close_on_refusal(token, profile.failure)
        self._require_open()
        self._last = Dashboard(sessions, profile, funds, positions)
        return self._last

    def forget(self, *, keep_profile: bool) -> None:
        """Clear what was shown; the profile may stay: it tells of the account, not of the market."""
        self._last = Dashboard(profile=self._last.profile) if keep_profile else Dashboard()

    def _token(self) -> AccessToken:
        self._require_open()
        token = self._registry.get(PRIMARY, self._board.now())
        if token is None:
            raise GateShut("The dashboard is closed: PRIMARY has to be verified again. Press v.")
        return token

    def _require_open(self) -> None:
        now = self._board.now()
        if not self._board.status.ready(now):
            raise GateShut(f"The dashboard is closed: {self._board.status.reason(now)}.")

    async def _panel(self, last: Panel[T], answer: Awaitable[T]) -> Panel[T]:
        try:
            value = await answer
        except BrokerError as error:
            return replace(last, failure=error.failure)
        return Panel(value, self._board.now())

    async def _close_on_refusal(self, token: AccessToken, failure: Failure | None) -> None:
        """The profile call is the proof; a refusal there ends readiness, one elsewhere is a panel's own."""
        if failure is None or failure.kind is not FailureKind.TOKEN_REFUSED:
            return
        if self._gate.is_open:
            await self._gate.refused(token, failure)
