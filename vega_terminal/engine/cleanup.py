"""What is cleared from memory, when, and what never is (seed 3 section 13).

| what | cleared when |
|---|---|
| tokens that are in the database | the moment it has them; PRIMARY's stays: the dashboard reads with it |
| tokens that have expired or were let go | the moment that is told |
| panels and instruments of the dashboard | when the gate closes |
| the profile of the account (session metadata) | never while PRIMARY is alive |
| browser, driver and profile folder | with the login session itself, and at the next start after a kill |
"""

from __future__ import annotations

from vega_terminal.domain.events import (
    Event,
    GateClosed,
    Settled,
    TokenDiscarded,
    TokenExpired,
    TokenReplayed,
    TokenStored,
)
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.market_door import MarketDoor
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.status_board import StatusBoard

_TOKENS_MAY_GO = (Settled, TokenStored, TokenReplayed, TokenDiscarded, TokenExpired)


class CleanupPolicy:
    """Clears as events tell that it may; lives as long as the board."""

    def __init__(self, registry: HotTokenRegistry, market: MarketDoor, board: StatusBoard) -> None:
        self._registry = registry
        self._market = market
        board.watch(self._note)

    def _note(self, event: Event, status: AuthStatus) -> None:
        if isinstance(event, _TOKENS_MAY_GO):
            persisted = {slot.name for slot in status.slots if slot.persisted and slot.name != PRIMARY}
            self._registry.clear(persisted, event.at)
        elif isinstance(event, GateClosed):
            self._market.forget(keep_profile=status.primary.holds_token(event.at))
