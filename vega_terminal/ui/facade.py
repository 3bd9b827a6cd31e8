"""All that the terminal knows of the rest of the product."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from vega_terminal.clock import Clock
from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.market import Dashboard
from vega_terminal.domain.slots import LoginIdentity, Roster
from vega_terminal.domain.status import DatabaseStatus
from vega_terminal.engine.facts import EngineFacts
from vega_terminal.engine.ports import OperatorPrompts
from vega_terminal.engine.status_board import StatusBoard


class BrokerKind(StrEnum):
    """Whether orders and logins are real."""

    LIVE = "LIVE"
    SIMULATED = "SIMULATED"


@dataclass(frozen=True, slots=True)
class AppInfo:
    """What is known before anything runs.

    Attributes:
        broker: real or simulated.
        host: host (and port) of the broker's API.
        data_folder: where the database and its companions lie.
        slots: names of the roster in order of importance, for the first frame.
        version: of the product.
        notices: what the operator has to be told at each start, one sentence each.
    """

    broker: BrokerKind
    host: str
    data_folder: str
    slots: tuple[str, ...]
    version: str
    notices: tuple[str, ...] = ()


class Execution(Protocol):
    """A run that was begun or joined."""

    @property
    def execution_id(self) -> str:
        """Its id."""
        ...

    @property
    def result(self) -> asyncio.Task[TokenExecutionResult]:
        """Ends with the result; never raises for what can go wrong with a slot."""
        ...


class Engine(Protocol):
    """The one engine: takes intents, publishes events."""

    @property
    def board(self) -> StatusBoard:
        """Holds the present status and calls watchers on the event loop."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock by which every deadline was set."""
        ...

    @property
    def facts(self) -> EngineFacts:
        """Where its answers and secrets come from."""
        ...

    @property
    def roster(self) -> Roster:
        """The configured slots."""
        ...

    async def start(self) -> None:
        """Load what is stored and restore cooldowns."""
        ...

    async def verify(self) -> None:
        """Verify every token; the verdicts arrive as events."""
        ...

    def begin(self, request: TokenExecutionRequest) -> Execution:
        """Begin a run, or join the one under way."""
        ...

    async def cancel(self) -> None:
        """End the run cleanly, with no browser left."""
        ...

    async def look(self) -> Dashboard:
        """Ask the broker for everything that the dashboard shows.

        Raises:
            GateShut: the dashboard may not open now.
        """
        ...

    def generate_blocked(self) -> str | None:
        """Why generating is not allowed now; None when it is."""
        ...

    def spent(self) -> tuple[LoginIdentity, ...]:
        """Identities that sign in no more until a person re-arms them."""
        ...

    async def rearm(self, identity: str, by: str = "terminal") -> None:
        """Allow sign-ins of an identity, named by its key, again.

        Raises:
            StorageError: it could not be noted; nothing has changed.
        """
        ...


Opening = Callable[[DatabaseStatus], None]
"""Hears how the database does while it cannot be opened yet."""

EngineFactory = Callable[[OperatorPrompts, Opening], AbstractAsyncContextManager[Engine]]
"""Makes the engine that asks the given operator. Entered after the first frame; leaving closes it."""
