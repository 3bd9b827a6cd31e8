"""What the warm-up asks of an engine."""

from __future__ import annotations

from typing import Protocol

from vega_terminal.clock import Clock
from vega_terminal.domain.calendar.days import CalendarSource
from vega_terminal.domain.execution import TokenExecutionRequest
from vega_terminal.domain.slots import Roster
from vega_terminal.engine.orchestrator import Execution
from vega_terminal.engine.status_board import StatusBoard


class WarmUpHost(Protocol):
    """An engine, as far as the warm-up knows it."""

    @property
    def roster(self) -> Roster:
        """Its slots."""
        ...

    @property
    def board(self) -> StatusBoard:
        """Where it tells what happens, and the time."""
        ...

    @property
    def clock(self) -> Clock:
        """What is waited on."""
        ...

    def begin(self, request: TokenExecutionRequest) -> Execution:
        """Start an execution, or join the one under way."""
        ...

    async def holidays(self) -> CalendarSource:
        """The broker's calendar of this year.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
        """
        ...
