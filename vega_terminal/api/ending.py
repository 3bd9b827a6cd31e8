"""Ending an execution: the one that was named and no other, once, however many ask."""

from __future__ import annotations

import asyncio
from typing import Final

from vega_terminal.api.problems import ALREADY_ENDED, RUNS_ELSEWHERE, UNKNOWN_EXECUTION, Problem
from vega_terminal.api.served import Served
from vega_terminal.domain.execution_record import ExecutionRecord, ExecutionStatus

ENDING: Final = "A program ends this run over the REST API."


class Endings:
    """Ends executions of the served engine.

    Args:
        served: engine, and the executions that are known.
        patience: seconds that an answer waits for the end.
    """

    def __init__(self, served: Served, patience: float) -> None:
        self._served = served
        self._patience = patience
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def end(self, execution_id: str) -> ExecutionRecord | Problem:
        """End it; the record tells whether its end was there in time. It goes on ending in any case.

        Raises:
            StorageError: it is not the one under way, and cannot be looked up now.
        """
        ending = self._under_way.get(execution_id)
        if ending is None and not self._runs(execution_id):
            return await self._refusal(execution_id)
        if ending is None:
            ending = self._under_way[execution_id] = asyncio.create_task(self._end(execution_id))
            ending.add_done_callback(lambda _: self._under_way.pop(execution_id))
        over, _ = await asyncio.wait({ending}, timeout=self._patience)
        for each in over:
            each.result()
        return await self._served.executions.find(execution_id) or UNKNOWN_EXECUTION

    async def _end(self, execution_id: str) -> None:
        """Between this look and the order nothing else can begin."""
        if self._runs(execution_id):
            self._served.engine.board.say(ENDING)
            await self._served.engine.cancel()

    def _runs(self, execution_id: str) -> bool:
        return self._served.engine.board.status.execution_id == execution_id

    async def _refusal(self, execution_id: str) -> Problem:
        record = await self._served.executions.find(execution_id)
        if record is None:
            return UNKNOWN_EXECUTION
        return RUNS_ELSEWHERE if record.status is ExecutionStatus.IN_PROGRESS else ALREADY_ENDED
