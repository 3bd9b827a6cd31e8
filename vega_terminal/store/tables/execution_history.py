"""The last executions by their id: one row each, written at its start and at its end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.execution import ExitCode, SlotResult
from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.token import Verdict
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.tables.timestamps import (
    from_optional_text,
    from_text,
    to_optional_text,
    to_text,
)

_SAVE: Final = """
INSERT INTO executions
    (execution_id, requested_by, process, started_at, ended_at, exit_code, summary, slots)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (execution_id) DO UPDATE
SET ended_at = excluded.ended_at, exit_code = excluded.exit_code, summary = excluded.summary,
    slots = excluded.slots
WHERE executions.exit_code IS NULL
"""
_LOAD: Final = """
SELECT execution_id, requested_by, process, started_at, ended_at, exit_code, summary, slots
FROM executions ORDER BY started_at DESC
"""
FIELDS: Final = (
    "execution_id", "requested_by", "process", "started_at", "ended_at", "exit_code", "summary", "slots",
)  # fmt: skip


class SqliteExecutionHistory:
    """Implements `engine.ports.records.ExecutionHistory`; StorageError when SQLite cannot do it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save_record(self, record: ExecutionRecord) -> None:
        """Record or replace; one that has ended stays as it ended."""
        fields = fields_of(record) | {"slots": json.dumps(fields_of(record)["slots"])}
        await self._database.write(_SAVE, [fields[name] for name in FIELDS])

    async def recent_records(self) -> Sequence[ExecutionRecord]:
        """The last ones of every process, the newest first."""
        rows = await self._database.read(_LOAD)
        return [self._record(dict(zip(FIELDS, row, strict=True))) for row in rows]

    def _record(self, fields: Mapping[str, Any]) -> ExecutionRecord:
        try:
            return record_of({**fields, "slots": json.loads(fields["slots"])})
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError(
                f"The list of executions in {self._database.path} cannot be read. The tokens are not touched"
                " by this; ask for a new refresh."
            ) from error


def fields_of(record: ExecutionRecord) -> dict[str, Any]:
    """A record as plain values; what only a reader can know (`cut_off`, `continued_by`) is left out."""
    return {
        "execution_id": record.execution_id,
        "requested_by": record.requested_by,
        "process": record.process,
        "started_at": to_text(record.started_at),
        "ended_at": to_optional_text(record.ended_at),
        "exit_code": None if record.exit_code is None else int(record.exit_code),
        "summary": record.summary,
        "slots": [_slot_fields(slot) for slot in record.slots],
    }


def record_of(fields: Mapping[str, Any]) -> ExecutionRecord:
    """The record with these fields.

    Raises:
        ValueError, KeyError, TypeError: they are none.
    """
    code = fields["exit_code"]
    return ExecutionRecord(
        execution_id=fields["execution_id"],
        requested_by=fields["requested_by"],
        process=fields["process"],
        started_at=from_text(fields["started_at"]),
        ended_at=from_optional_text(fields["ended_at"]),
        exit_code=None if code is None else ExitCode(code),
        summary=fields["summary"],
        slots=tuple(_slot_of(each) for each in fields["slots"]),
    )


def _slot_fields(slot: SlotResult) -> dict[str, Any]:
    failure = slot.failure
    return {
        "slot": slot.slot,
        "verdict": slot.verdict.value,
        "generated": slot.generated,
        "failure": None if failure is None else [failure.kind.value, failure.message, failure.code],
    }


def _slot_of(fields: Mapping[str, Any]) -> SlotResult:
    failure = None
    if fields["failure"] is not None:
        kind, message, code = fields["failure"]
        failure = Failure(FailureKind(kind), message, code)
    return SlotResult(fields["slot"], Verdict(fields["verdict"]), bool(fields["generated"]), failure)
