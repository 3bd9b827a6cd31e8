"""All that the terminal knows of the rest of the product."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from vega_terminal.domain.status import DatabaseStatus
from vega_terminal.ui.preferences import Preferences

if TYPE_CHECKING:
    from vega_terminal.clock import Clock
    from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
    from vega_terminal.domain.market import Candle, CandleInterval, Dashboard, OptionChain, Quote
    from vega_terminal.domain.slots import LoginIdentity, Roster
    from vega_terminal.engine.facts import EngineFacts
    from vega_terminal.engine.ports.audit import AuditBook
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
        preferences: looks, movement, watchlist and keys.
    """

    broker: BrokerKind
    host: str
    data_folder: str
    slots: tuple[str, ...]
    version: str
    notices: tuple[str, ...] = ()
    preferences: Preferences = field(default_factory=Preferences)


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

    @property
    def book(self) -> AuditBook:
        """Reads and proves the audit trail."""
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

    async def quotes(self, keys: Sequence[str]) -> tuple[Quote, ...]:
        """One quote for each of `keys` (such as `NSE_EQ|INE002A01018`) that the broker knows, in their order.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
        """
        ...

    async def expiries(self, underlying_key: str) -> tuple[date, ...]:
        """The days on which options of the underlying expire, the nearest first; none if it has no options.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
        """
        ...

    async def option_chain(self, underlying_key: str, expiry: date) -> OptionChain:
        """Every strike of one expiry.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
        """
        ...

    async def candles(self, key: str, interval: CandleInterval, days: int) -> tuple[Candle, ...]:
        """Candles of the last `days` days (at most `interval.longest_days`) and today, oldest first.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
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
