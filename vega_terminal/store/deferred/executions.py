"""Where the last execution stands, kept also while the database cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vega_terminal.domain.failure import FailureKind
from vega_terminal.engine.ports import ExecutionState, ExecutionStore
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.deferred.topic import Topic
from vega_terminal.store.deferred.view import DeferredView
from vega_terminal.store.tables.timestamps import from_text, to_text

_LATEST: Final = ""
"""Only the latest is kept, so there is one record."""


def _fields(state: ExecutionState) -> dict[str, object]:
    return {
        "execution_id": state.execution_id,
        "requested_by": state.requested_by,
        "decided_by": state.decided_by,
        "planned": state.planned,
        "done": state.done,
        "given_up": state.given_up,
        "current": state.current,
        "started_at": to_text(state.started_at),
        "updated_at": to_text(state.updated_at),
        "stopped": state.stopped,
        "finished": state.finished,
    }


def fold(known: ExecutionState | None, noted: ExecutionState) -> ExecutionState | None:
    """Whichever is the later state."""
    if known is None:
        return noted
    if known.execution_id == noted.execution_id:
        return known if _progress(known) > _progress(noted) else noted
    return known if known.started_at > noted.started_at else noted


def _progress(state: ExecutionState) -> tuple[object, ...]:
    """What only grows while an execution goes on, also when the clock is set back."""
    return (len(state.done) + len(state.given_up), state.updated_at)


def _build(fields: Mapping[str, Any]) -> ExecutionState:
    stopped = fields["stopped"]
    return ExecutionState(
        execution_id=fields["execution_id"],
        requested_by=fields["requested_by"],
        decided_by=fields["decided_by"],
        planned=tuple(fields["planned"]),
        done=tuple(fields["done"]),
        given_up=tuple(fields["given_up"]),
        current=fields["current"],
        started_at=from_text(fields["started_at"]),
        updated_at=from_text(fields["updated_at"]),
        stopped=None if stopped is None else FailureKind(stopped),
        finished=bool(fields["finished"]),
    )


EXECUTION: Final[Topic[ExecutionState | None, ExecutionState]] = Topic(
    name="execution",
    meaning="The next run may not know where the last one stopped: look which tokens are MISSING.",
    fields=_fields,
    build=_build,
    key=lambda _state: _LATEST,
    fold=fold,
)


class DeferredExecutionStore:
    """Implements `engine.ports.ExecutionStore` on top of the database's; see `Deferred`."""

    def __init__(self, store: ExecutionStore, deferred: Deferred) -> None:
        self._store = store
        self._view = DeferredView(EXECUTION, deferred)
        deferred.register(EXECUTION.name, self._apply, meaning=EXECUTION.meaning)

    async def save_execution(self, state: ExecutionState) -> None:
        """Record or replace; only the latest is kept."""
        await self._view.write(_LATEST, lambda: self._store.save_execution(state), lambda _known: state)

    async def latest_execution(self) -> ExecutionState | None:
        """The last one on record, notes of every process included.

        Raises:
            StorageError: the database cannot be used and it was never read in this process.
        """
        return await self._view.read(_LATEST, self._store.latest_execution)

    async def _apply(self, text: str) -> None:
        noted = EXECUTION.decode(text)
        known = await self._store.latest_execution()
        if fold(known, noted) != known:
            await self._store.save_execution(noted)
