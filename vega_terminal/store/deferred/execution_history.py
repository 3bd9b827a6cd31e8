"""The list of executions, kept also while the database cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.engine.ports.records import ExecutionHistory
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.deferred.topic import Topic
from vega_terminal.store.deferred.view import DeferredView
from vega_terminal.store.tables.execution_history import fields_of, record_of

Records = Mapping[str, ExecutionRecord]
"""By id."""
_ALL: Final = ""
"""They are read all at once, so they are one record."""


def fold(records: Records, noted: ExecutionRecord) -> Records:
    """The records afterwards; one that has ended stays as it ended."""
    known = records.get(noted.execution_id)
    if known is not None and known.exit_code is not None:
        return records
    return {**records, noted.execution_id: noted}


EXECUTION_HISTORY: Final[Topic[Records, ExecutionRecord]] = Topic(
    name="executions",
    meaning="The id of an execution may not be found; the tokens are not touched by this.",
    fields=fields_of,
    build=record_of,
    key=lambda _record: _ALL,
    fold=fold,
)


class DeferredExecutionHistory:
    """Implements `engine.ports.records.ExecutionHistory` on top of the database's; see `Deferred`."""

    def __init__(self, history: ExecutionHistory, deferred: Deferred) -> None:
        self._history = history
        self._view = DeferredView(EXECUTION_HISTORY, deferred)
        deferred.register(EXECUTION_HISTORY.name, self._apply, meaning=EXECUTION_HISTORY.meaning)

    async def save_record(self, record: ExecutionRecord) -> None:
        """Record or replace; one that has ended stays as it ended."""
        await self._view.write(_ALL, lambda: self._history.save_record(record), lambda _known: record)

    async def recent_records(self) -> Sequence[ExecutionRecord]:
        """The last ones of every process, notes included, the newest first.

        Raises:
            StorageError: the database cannot be used and it was never read in this process.
        """
        records = await self._view.read(_ALL, self._load)
        return sorted(records.values(), key=lambda record: record.started_at, reverse=True)

    async def _load(self) -> Records:
        return {record.execution_id: record for record in await self._history.recent_records()}

    async def _apply(self, text: str) -> None:
        await self._history.save_record(EXECUTION_HISTORY.decode(text))
