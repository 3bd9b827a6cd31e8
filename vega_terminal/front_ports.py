"""A running engine and what stands behind it, as a front end needs them: the terminal, or a server for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from vega_terminal.clock import Clock
    from vega_terminal.doctor.findings import Finding
    from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
    from vega_terminal.domain.market import Candle, CandleInterval, Dashboard, OptionChain, Quote
    from vega_terminal.domain.slots import LoginIdentity, Roster
    from vega_terminal.engine.facts import EngineFacts
    from vega_terminal.engine.ports.audit import AuditBook
    from vega_terminal.engine.status_board import StatusBoard
    from vega_terminal.log_files import LogEnd


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


class Market(Protocol):
    """What the broker says of market and account; none of it while the gate is shut."""

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


class RunningEngine(Market, Protocol):
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

    async def verify(self) -> None:
        """Verify every token; the verdicts arrive as events."""
        ...

    def begin(self, request: TokenExecutionRequest) -> Execution:
        """Begin a run, or join the one under way."""
        ...

    async def cancel(self) -> None:
        """End the run cleanly, with no browser left."""
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


class Backstage(Protocol):
    """Lives as long as the engine. Every method raises StorageError or OSError where the files refuse."""

    @property
    def folder(self) -> Path:
        """Where exports are written, on this machine."""
        ...

    @property
    def checks(self) -> int:
        """How many checks the doctor has."""
        ...

    async def log_end(self, number: int) -> LogEnd | None:
        """The end of a log file, one JSON document a line, the newest being 0; None when there are fewer."""
        ...

    def examine(self) -> AsyncIterator[Finding]:
        """Run every check of the doctor; each finding comes as soon as it is there."""
        ...

    async def write_bundle(self) -> Path:
        """Write a diagnostics bundle without any secret; returns where it lies."""
        ...
