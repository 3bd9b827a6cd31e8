"""What notices need of the engine."""

from __future__ import annotations

from typing import Protocol

from vega_terminal.clock import Clock
from vega_terminal.domain.slots import LoginIdentity, Roster
from vega_terminal.engine.status_board import StatusBoard


class WatchedEngine(Protocol):
    """The part of the engine that notices look at."""

    @property
    def board(self) -> StatusBoard:
        """Where everything is told."""
        ...

    @property
    def clock(self) -> Clock:
        """What waiting waits on."""
        ...

    @property
    def roster(self) -> Roster:
        """The slots."""
        ...

    def spent(self) -> tuple[LoginIdentity, ...]:
        """Identities that sign in no more until a person re-arms them."""
        ...

    async def verify(self) -> None:
        """Verify every slot; raises a StorageError where that is impossible."""
        ...
