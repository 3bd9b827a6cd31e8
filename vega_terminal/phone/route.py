"""The way by approval as a login route."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from vega_terminal.clock import Clock
from vega_terminal.engine.ports import ApprovalSession
from vega_terminal.engine.shielded import to_the_end
from vega_terminal.phone.notifier import Place
from vega_terminal.phone.session import PhoneSession, TokenRequests


class PhoneRoute:
    """Implements `ApprovalRoute`: no browser; a listener for as long as an answer is waited for."""

    def __init__(
        self, broker: TokenRequests, place: Place, folder: Path, patience: float, clock: Clock
    ) -> None:
        """Prepare the route; see `PhoneSession`."""
        self._broker = broker
        self._place = place
        self._folder = folder
        self._patience = patience
        self._clock = clock

    @asynccontextmanager
    async def session(self) -> AsyncIterator[ApprovalSession]:
        """Open a session; whatever it listens on is closed when the block is left."""
        session = PhoneSession(self._broker, self._place, self._folder, self._patience, self._clock)
        try:
            yield session
        finally:
            await to_the_end(session.close())
