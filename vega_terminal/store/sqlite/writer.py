"""The one task that writes. Nobody else touches the writing connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.shielded import to_the_end

Row = tuple[Any, ...]
Execute = Callable[[str, Sequence[object]], Awaitable[list[Row]]]
"""Runs one statement in a transaction of its own; raises StorageError and leaves nothing open."""
_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Write:
    """One statement on its way, and where its rows go."""

    statement: str
    parameters: Sequence[object] = field(repr=False)
    outcome: asyncio.Future[list[Row]]


class Writer:
    """Takes statements from a queue and runs them one after the other.

    A caller that is cancelled loses only the answer: the statement is still carried out, and no
    transaction can stay open, because none outlives its statement.
    """

    def __init__(self, execute: Execute) -> None:
        self._execute = execute
        self._queue: asyncio.Queue[_Write | None] = asyncio.Queue()
        self._is_over = False

    async def write(self, statement: str, parameters: Sequence[object] = ()) -> list[Row]:
        """Run one writing statement; returns the rows of its RETURNING clause.

        Raises:
            DatabaseLocked: somebody held the database during every attempt; nothing was written.
            StorageError: SQLite could not write. Nothing was written, or whether it was is unknown.
        """
        if self._is_over:
            raise StorageError("The database is closed, because the program is ending. Nothing was written.")
        outcome: asyncio.Future[list[Row]] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait(_Write(statement, parameters, outcome))
        try:
            return await asyncio.shield(outcome)
        except asyncio.CancelledError:
            outcome.add_done_callback(_tell_if_lost)
            raise

    async def serve(self) -> None:
        """Carry out what is queued until `finish` was called and everything before it is done."""
        try:
            while (write := await self._queue.get()) is not None:
                await self._carry_out(write)
        finally:
            self._is_over = True  # whoever comes later would wait for ever, as when a crash ends every task
            self._give_up_the_rest()

    def finish(self) -> None:
        """Take no more statements; those already queued are still carried out."""
        self._queue.put_nowait(None)

    async def _carry_out(self, write: _Write) -> None:
        attempt = self._execute(write.statement, write.parameters)
        try:
            # Whatever goes wrong belongs to the caller; the writer lives on.
            (result,) = await asyncio.gather(attempt, return_exceptions=True)
        except asyncio.CancelledError:
            write.outcome.cancel()
            raise
        if isinstance(result, BaseException):
            write.outcome.set_exception(result)
        else:
            write.outcome.set_result(result)

    def _give_up_the_rest(self) -> None:
        while not self._queue.empty():
            write = self._queue.get_nowait()
            if write is not None:
                write.outcome.cancel()


@asynccontextmanager
async def running(writer: Writer) -> AsyncIterator[None]:
    """Let `writer` work; when the block is left, what is queued is carried out first."""
    task = asyncio.create_task(writer.serve(), name="vega-store-writer")
    try:
        yield
    finally:
        writer.finish()
        await to_the_end(_wait_for(task))


async def _wait_for(task: asyncio.Task[None]) -> None:
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()


def _tell_if_lost(outcome: asyncio.Future[list[Row]]) -> None:
    """A write whose caller was cancelled fails loudly, because nobody else will hear of it."""
    error = None if outcome.cancelled() else outcome.exception()
    if error is not None:
        _logger.error("A write failed after its caller was cancelled: %s", error)
