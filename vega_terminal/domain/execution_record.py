"""What is remembered of an execution, so that it is found again by its id: the document of the REST API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from vega_terminal.domain.document import iso
from vega_terminal.domain.execution import ExitCode, SlotResult, slot_document
from vega_terminal.domain.failure import STARTS_COOLDOWN, FailureKind

_COOLDOWN_KINDS: Final = STARTS_COOLDOWN | {FailureKind.COOLDOWN}
CUT_OFF: Final = (
    "The process that ran it ended before it did. Tokens that were issued by then are safe: /auth/status"
    " tells what is there now. Ask for a refresh to go on."
)


class ExecutionStatus(StrEnum):
    """How an execution stands (contract section 5)."""

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    PARTIAL = "PARTIAL"
    COOLDOWN = "COOLDOWN"
    CAPTCHA = "CAPTCHA"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionRecord:
    """One execution, under way or ended. All times UTC.

    Attributes:
        execution_id: how it is found again.
        requested_by: who asked for it: `terminal`, `cli`, `rest`, `warmup`, `resume`.
        process: which process runs it, in a form that only the store reads.
        started_at: when it began.
        ended_at: when it ended; None while it goes on, and for one that was cut off.
        exit_code: of contract section 1; None without an end.
        summary: one sentence for a person; empty while it goes on.
        slots: how each slot stands, or ended.
        cut_off: whether its process ended before it did.
        continued_by: the execution that went on after the cooldown or the crash, if one did.
    """

    execution_id: str
    requested_by: str
    process: str
    started_at: datetime
    ended_at: datetime | None = None
    exit_code: ExitCode | None = None
    summary: str = ""
    slots: tuple[SlotResult, ...] = ()
    cut_off: bool = False
    continued_by: str | None = None

    @property
    def status(self) -> ExecutionStatus:
        """How it stands; COOLDOWN is a partial end that waits for a deadline."""
        if self.cut_off:
            return ExecutionStatus.FAILED
        if self.exit_code is None:
            return ExecutionStatus.IN_PROGRESS
        if self.exit_code is ExitCode.PARTIAL and self._met_a_cooldown:
            return ExecutionStatus.COOLDOWN
        return _BY_EXIT_CODE[self.exit_code]

    @property
    def _met_a_cooldown(self) -> bool:
        return any(slot.failure is not None and slot.failure.kind in _COOLDOWN_KINDS for slot in self.slots)

    def document(self) -> dict[str, Any]:
        """The record as JSON; times are ISO 8601 in IST with offset."""
        return {
            "executionId": self.execution_id,
            "status": self.status.value,
            "requestedBy": self.requested_by,
            "startedAt": iso(self.started_at),
            "endedAt": iso(self.ended_at),
            "exitCode": None if self.exit_code is None else int(self.exit_code),
            "summary": CUT_OFF if self.cut_off else self.summary,
            "continuedBy": self.continued_by,
            "slots": [slot_document(slot) for slot in self.slots],
        }


_BY_EXIT_CODE: Final = {
    ExitCode.OK: ExecutionStatus.COMPLETED,
    ExitCode.PARTIAL: ExecutionStatus.PARTIAL,
    ExitCode.CAPTCHA: ExecutionStatus.CAPTCHA,
    ExitCode.FATAL: ExecutionStatus.FAILED,
}
