"""Keeps the audit trail: turns what the board tells into entries and writes them in batches."""

from __future__ import annotations

import asyncio
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.events import Event, RunFinished, RunStarted
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.audit_entries import Actor, entry_for
from vega_terminal.engine.defects import defect
from vega_terminal.engine.ports.audit import AuditEntry, AuditTrail
from vega_terminal.engine.status_board import StatusBoard

DRAIN_SECONDS: Final = 5.0
"""How long `close` waits for what is not written yet."""
_LARGEST_BATCH: Final = 200


class AuditClerk:
    """Watches a board from the moment it is made until `close`.

    A trail that takes nothing does not stop a run: that is told once, the entries are kept in memory,
    and the next entry makes the next attempt.
    """

    def __init__(self, board: StatusBoard, trail: AuditTrail, actor: Actor, clock: Clock) -> None:
        """Watch `board`.

        Args:
            board: whose events are entered.
            trail: that takes the entries.
            actor: who acts outside of a run; within one it is who asked for the run.
            clock: bounds the end.
        """
        self._board = board
        self._trail = trail
        self._outside_of_runs = actor
        self._clock = clock
        self._actor = actor
        self._execution_id: str | None = None
        self._waiting: list[AuditEntry] = []
        self._noted = 0
        self._kept = 0
        self._writing: asyncio.Task[None] | None = None
        self._is_told = False
        self._unwatch = board.watch(self._note)

    async def written(self) -> bool:
        """Wait until everything published so far is durable; False when the trail does not take it."""
        goal = self._noted
        while self._kept < goal:
            writing = self._start()
            await asyncio.wait({writing})
            if writing.cancelled() or writing.exception() is not None:
                return False
        return True

    async def close(self) -> None:
        """Watch no more and write what is left; gives up after `DRAIN_SECONDS`."""
        self._unwatch()
        drained = asyncio.create_task(self.written(), name="audit drain")
        bound = asyncio.create_task(self._clock.sleep(DRAIN_SECONDS), name="audit drain bound")
        await asyncio.wait({drained, bound}, return_when=asyncio.FIRST_COMPLETED)
        tasks = {drained, bound} if self._writing is None else {drained, bound, self._writing}
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        if self._waiting:
            self._board.say(f"{len(self._waiting)} audit entries could not be written and are lost.")

    def _note(self, event: Event, _status: AuthStatus) -> None:
        if isinstance(event, RunStarted):
            self._execution_id = event.execution_id
            self._actor = Actor(self._outside_of_runs.user, event.requested_by)
        entry = entry_for(event, self._actor, self._execution_id)
        if isinstance(event, RunFinished):
            self._execution_id, self._actor = None, self._outside_of_runs
        if entry is not None:
            self._waiting.append(entry)
            self._noted += 1
            self._start()

    def _start(self) -> asyncio.Task[None]:
        """The one task that writes; ends by itself when nothing is waiting or the trail refuses."""
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="audit clerk")
            self._writing.add_done_callback(self._ended)
        return self._writing

    async def _write(self) -> None:
        while batch := tuple(self._waiting[:_LARGEST_BATCH]):
            await self._trail.append(batch)
            del self._waiting[: len(batch)]
            self._kept += len(batch)
            self._is_told = False

    def _ended(self, writing: asyncio.Task[None]) -> None:
        error = None if writing.cancelled() else writing.exception()
        if error is None or self._is_told:
            return
        self._is_told = True
        why = str(error) if isinstance(error, StorageError) else defect(error).message
        self._board.say(f"The audit trail takes no entries now; they are kept in memory. {why}")
