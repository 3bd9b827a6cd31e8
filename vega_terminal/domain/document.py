"""The status as the JSON document of contract section 4."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vega_terminal.domain.failure import Failure
from vega_terminal.domain.status import AuthStatus, SlotStatus
from vega_terminal.domain.token import IST


def status_document(status: AuthStatus, now: datetime) -> dict[str, Any]:
    """Return the document for `now` (UTC); times are ISO 8601 in IST with offset."""
    return {
        "totalApis": len(status.slots),
        "generated": status.generated(now),
        "primaryPresent": status.primary.holds_token(now),
        "cooldownRemainingSec": status.cooldown_remaining(now),
        "state": status.state.value,
        "allValid": status.all_valid(now),
        "executionId": status.execution_id,
        "ready": status.ready(now),
        "reason": status.reason(now).value,
        "database": {
            "state": status.database.state.value,
            "pendingPersist": status.pending_persist,
            "attempts": status.database.attempts,
            "holder": status.database.holder,
        },
        "tokens": [_slot_document(slot, now) for slot in status.slots],
    }


def _slot_document(slot: SlotStatus, now: datetime) -> dict[str, Any]:
    return {
        "apiName": slot.name,
        "verdict": slot.verdict_at(now).value,
        "generatedAt": iso(slot.generated_at),
        "expiresAt": iso(slot.expires_at),
        "checkedAt": iso(slot.checked_at),
        "persisted": slot.persisted,
        "failure": failure_document(slot.failure),
    }


def iso(instant: datetime | None) -> str | None:
    """ISO 8601 in IST with offset and whole seconds; None stays None."""
    return None if instant is None else instant.astimezone(IST).isoformat(timespec="seconds")


def failure_document(failure: Failure | None) -> dict[str, str | None] | None:
    """A failure as kind, broker code and sentence; None stays None."""
    if failure is None:
        return None
    return {"kind": failure.kind.value, "code": failure.code, "message": failure.message}
