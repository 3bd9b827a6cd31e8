"""Writes records of executions in the background, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.engine.defects import defect
from vega_terminal.engine.ports.records import ExecutionHistory

DRAIN_SECONDS: Final = 5.0
"""How long `close` waits for what is not written yet."""
MOST_UNWRITTEN: Final = 200


class ExecutionWriter:
    """A history that takes nothing stops no run: that is told once, and the next record tries again.

    Args:
        history: takes the records.
        clock: bounds the end.
        tell: takes a sentence for the operator.
    """

    def __init__(self, history: ExecutionHistory, clock: Clock, tell: Callable[[str], None]) -> None:
        self._history = history
        self._clock = clock
        self._tell = tell
        self._waiting: dict[str, ExecutionRecord] = {}
        self._writing: asyncio.Task[None] | None = None
        self._is_told = False

    def write(self, record: ExecutionRecord) -> None:
        """Write it soon; of two records of one execution only the later one is still needed."""
        self._waiting[record.execution_id] = record
        while len(self._waiting) > MOST_UNWRITTEN:
            del self._waiting[next(iter(self._waiting))]
        self._start()

    async def close(self) -> None:
        """Write what is left; gives up after `DRAIN_SECONDS`."""
        if not self._waiting:
            return
        writing = self._start()
        bound = asyncio.create_task(self._clock.sleep(DRAIN_SECONDS), name="execution writer bound")
        await asyncio.wait({writing, bound}, return_when=asyncio.FIRST_COMPLETED)
        for task in (writing, bound):
            task.cancel()
        await asyncio.wait({writing, bound})

    def _start(self) -> asyncio.Task[None]:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="execution writer")
            self._writing.add_done_callback(self._ended)
        return self._writing

    async def _write(self) -> None:
        while self._waiting:
            execution_id, record = next(iter(self._waiting.items()))
            await self._history.save_record(record)
            if self._waiting.get(execution_id) is record:
                del self._waiting[execution_id]
        self._is_told = False

    def _ended(self, writing: asyncio.Task[None]) -> None:
        error = None if writing.cancelled() else writing.exception()
        if error is None or self._is_told:
            return
        self._is_told = True
        why = str(error) if isinstance(error, StorageError) else defect(error).message
        self._tell(f"Executions cannot be noted now; after a restart their ids would not be found. {why}")
