"""Where the last execution stands (seed 2 section 4.2): one row, replaced after every step."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.engine.ports import ExecutionState
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.tables.timestamps import from_text, to_text

_LOAD: Final = """
SELECT execution_id, requested_by, decided_by, planned, done, given_up, current, started_at, updated_at,
    stopped, finished
FROM execution
"""
_SAVE: Final = """
INSERT OR REPLACE INTO execution (only_row, execution_id, requested_by, decided_by, planned, done, given_up,
    current, started_at, updated_at, stopped, finished)
VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class SqliteExecutionStore:
    """Implements `engine.ports.ExecutionStore`. Every method raises StorageError when SQLite cannot do it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save_execution(self, state: ExecutionState) -> None:
        """Record or replace; only the latest is kept."""
        values = (
            state.execution_id,
            state.requested_by,
            state.decided_by,
            json.dumps(state.planned),
            json.dumps(state.done),
            json.dumps(state.given_up),
            state.current,
            to_text(state.started_at),
            to_text(state.updated_at),
            state.stopped,
            int(state.finished),
        )
        await self._database.write(_SAVE, values)

    async def latest_execution(self) -> ExecutionState | None:
        """The last one on record."""
        rows = await self._database.read(_LOAD)
        return self._state(rows[0]) if rows else None

    def _state(self, row: Sequence[Any]) -> ExecutionState:
        execution_id, requested_by, decided_by, planned, done, given_up, current, *rest = row
        started_at, updated_at, stopped, finished = rest
        try:
            return ExecutionState(
                execution_id=execution_id,
                requested_by=requested_by,
                decided_by=decided_by,
                planned=_names(planned),
                done=_names(done),
                given_up=_names(given_up),
                current=current,
                started_at=from_text(started_at),
                updated_at=from_text(updated_at),
                stopped=None if stopped is None else FailureKind(stopped),
                finished=bool(finished),
            )
        except ValueError as error:
            raise StorageError(
                f"What the last run did cannot be read in {self._database.path}. It is not continued by"
                " itself; generate what is missing."
            ) from error


def _names(text: str) -> tuple[str, ...]:
    names = json.loads(text)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{text!r} is no list of names.")
    return tuple(names)
