"""What the API serves: the few things that it needs of an engine, as Protocols."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vega_terminal.api.status_feed import StatusFeed
from vega_terminal.domain.execution import TokenExecutionRequest
from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.engine.status_board import StatusBoard


class BegunExecution(Protocol):
    """An execution that was begun or joined."""

    @property
    def execution_id(self) -> str:
        """Its id."""
        ...


class ServedEngine(Protocol):
    """The engine, as far as the API speaks to it."""

    @property
    def board(self) -> StatusBoard:
        """Holds the present status."""
        ...

    def begin(self, request: TokenExecutionRequest) -> BegunExecution:
        """Begin an execution, or join the one under way; returns at once."""
        ...

    async def cancel(self) -> None:
        """End the execution under way; returns when no browser is left."""
        ...


class ExecutionFinder(Protocol):
    """Finds executions by their id."""

    async def find(self, execution_id: str) -> ExecutionRecord | None:
        """The execution; None when nobody knows it.

        Raises:
            StorageError: it cannot be looked up now.
        """
        ...


class Exposition(Protocol):
    """The metrics, ready to be scraped."""

    @property
    def CONTENT_TYPE(self) -> str:  # noqa: N802 - the format's own constant
        """Media type of the format."""
        ...

    def exposition(self) -> bytes:
        """Every metric as it is now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Everything that the routes need.

    Attributes:
        engine: that is asked.
        executions: finds executions, also those of earlier processes.
        feed: tells every change of the status document.
        metrics: what `/metrics` shows; None leaves that route out.
    """

    engine: ServedEngine
    executions: ExecutionFinder
    feed: StatusFeed
    metrics: Exposition | None = None
