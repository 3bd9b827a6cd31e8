"""The way to the market: PRIMARY's token, which is only handed out while the gate is open."""

from __future__ import annotations

from vega_terminal.domain.errors import GateShut
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.status_board import StatusBoard


class MarketAccess:
    """Asked before every read, and again before its answer is shown."""

    def __init__(self, gate: LoginGate, registry: HotTokenRegistry, board: StatusBoard) -> None:
        self._gate = gate
        self._registry = registry
        self._board = board

    def token(self) -> AccessToken:
        """PRIMARY's token.

        Raises:
            GateShut: the dashboard may not open now.
        """
        self.require_open()
        token = self._registry.get(PRIMARY, self._board.now())
        if token is None:
            raise GateShut("The dashboard is closed: PRIMARY has to be verified again. Verify the tokens.")
        return token

    def require_open(self) -> None:
        """Pass only while the gate is open.

        Raises:
            GateShut: it is not; the sentence says why.
        """
        now = self._board.now()
        if not self._board.status.ready(now):
            raise GateShut(f"The dashboard is closed: {self._board.status.reason(now)}.")

    async def close_on_refusal(self, token: AccessToken, of_profile: Failure | None) -> None:
        """The profile call is the proof; a refusal there ends readiness, one elsewhere is a panel's own."""
        if of_profile is None or of_profile.kind is not FailureKind.TOKEN_REFUSED:
            return
        if self._gate.is_open:
            await self._gate.refused(token, of_profile)
