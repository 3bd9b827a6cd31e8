"""What an attached terminal is shown of: the engine, and what stands behind it."""

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


class AttachedExecution(Protocol):
    """A run that was begun or joined."""

    @property
    def execution_id(self) -> str:
        """Its id."""
        ...

    @property
    def result(self) -> asyncio.Task[TokenExecutionResult]:
        """Ends with the result."""
        ...


class AttachedMarket(Protocol):
    """Reads that may raise GateShut, and all but `look` BrokerError; see `engine.engine.Engine`."""

    async def look(self) -> Dashboard:
        """The dashboard's panels."""
        ...

    async def quotes(self, keys: Sequence[str]) -> tuple[Quote, ...]:
        """One quote for each key that the broker knows."""
        ...

    async def expiries(self, underlying_key: str) -> tuple[date, ...]:
        """The days on which options expire."""
        ...

    async def option_chain(self, underlying_key: str, expiry: date) -> OptionChain:
        """Every strike of one expiry."""
        ...

    async def candles(self, key: str, interval: CandleInterval, days: int) -> tuple[Candle, ...]:
        """Prices over time."""
        ...


class AttachedEngine(AttachedMarket, Protocol):
    """The engine, as far as an attached terminal reaches it."""

    @property
    def board(self) -> StatusBoard:
        """Holds the present status."""
        ...

    @property
    def clock(self) -> Clock:
        """The clock by which deadlines run."""
        ...

    @property
    def facts(self) -> EngineFacts:
        """Where its answers and secrets come from."""
        ...

    @property
    def roster(self) -> Roster:
        """The configured slots; names and labels of it are sent, nothing else."""
        ...

    @property
    def book(self) -> AuditBook:
        """Reads and proves the audit trail."""
        ...

    async def verify(self) -> None:
        """Verify every token."""
        ...

    def begin(self, request: TokenExecutionRequest) -> AttachedExecution:
        """Begin a run, or join the one under way."""
        ...

    async def cancel(self) -> None:
        """End the run under way."""
        ...

    def generate_blocked(self) -> str | None:
        """Why generating is not allowed now."""
        ...

    def spent(self) -> tuple[LoginIdentity, ...]:
        """Identities that sign in no more until a person re-arms them."""
        ...

    async def rearm(self, identity: str, by: str = "terminal") -> None:
        """Allow sign-ins of an identity, named by its key, again."""
        ...


class AttachedBackstage(Protocol):
    """What stands behind the engine. Methods raise StorageError or OSError where files refuse."""

    @property
    def folder(self) -> Path:
        """The data folder."""
        ...

    @property
    def checks(self) -> int:
        """How many checks the doctor has."""
        ...

    async def log_end(self, number: int) -> LogEnd | None:
        """The end of the log file `number`, the newest being 0; None when there are not so many."""
        ...

    def examine(self) -> AsyncIterator[Finding]:
        """Run every check of the doctor."""
        ...

    async def write_bundle(self) -> Path:
        """Write a diagnostics bundle; returns where it lies."""
        ...
