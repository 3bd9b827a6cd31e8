"""One execution: what was asked for, what came of it, and the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any

from vega_terminal.domain.document import failure_document
from vega_terminal.domain.failure import FATAL, Failure, FailureKind
from vega_terminal.domain.token import Verdict


class Scope(StrEnum):
    """What an execution may generate."""

    INVALID_ONLY = "INVALID_ONLY"
    ALL = "ALL"


class ExitCode(IntEnum):
    """Exit codes of `refresh` and `warmup run` (contract section 1)."""

    OK = 0
    PARTIAL = 1
    CAPTCHA = 2
    FATAL = 3
    USAGE = 64


@dataclass(frozen=True, slots=True)
class TokenExecutionRequest:
    """What a front end asks of the orchestrator.

    Attributes:
        requested_by: who asks: `terminal`, `attach`, `cli`, `rest`, `warmup`.
        scope: only what needs it, or everything.
        only: restrict the execution to these slots; empty means the whole roster.
        consent: the operator has already said yes; nobody is asked.
    """

    requested_by: str
    scope: Scope = Scope.INVALID_ONLY
    only: tuple[str, ...] = ()
    consent: bool = False


@dataclass(frozen=True, slots=True)
class SlotResult:
    """How one slot ended.

    Attributes:
        slot: name of the slot.
        verdict: what is known of its token at the end.
        generated: whether this execution made the token.
        failure: why there is no valid token, if so.
    """

    slot: str
    verdict: Verdict
    generated: bool = False
    failure: Failure | None = None

    @property
    def ok(self) -> bool:
        """Whether the slot holds a valid token, in the database or safely held for it."""
        held = self.verdict is Verdict.PENDING_PERSIST and self.failure is None
        return held or self.verdict is Verdict.VALID


@dataclass(frozen=True, slots=True)
class TokenExecutionResult:
    """How an execution ended."""

    execution_id: str
    slots: tuple[SlotResult, ...]
    fatal: Failure | None = None

    @property
    def noop(self) -> bool:
        """Whether everything was valid and nothing was done."""
        idle = not any(slot.generated or slot.failure for slot in self.slots)
        return self.exit_code is ExitCode.OK and idle

    @property
    def exit_code(self) -> ExitCode:
        """The exit code: worst first, and fatal only when the run could do nothing."""
        if self.fatal is not None:
            return ExitCode.FATAL
        failed = [slot for slot in self.slots if not slot.ok]
        if not failed:
            return ExitCode.OK
        kinds = {slot.failure.kind for slot in failed if slot.failure is not None}
        if kinds & FATAL and not any(slot.generated for slot in self.slots):
            return ExitCode.FATAL
        return ExitCode.CAPTCHA if FailureKind.CAPTCHA_UNSOLVED in kinds else ExitCode.PARTIAL

    @property
    def summary(self) -> str:
        """One sentence for a person."""
        valid = sum(slot.ok for slot in self.slots)
        if self.fatal is not None:
            return f"Nothing could be done: {self.fatal}"
        if self.noop:
            return f"All {valid} access tokens are valid. Nothing had to be done."
        made = sum(slot.generated for slot in self.slots)
        total = len(self.slots)
        return f"{valid} of {total} access tokens are valid, {made} of them new.{self._kept}{self._held}"

    @property
    def _kept(self) -> str:
        """Of slots for which a new token was wanted and not got, while the present one is good."""
        kept = sum(slot.ok and slot.failure is not None for slot in self.slots)
        return f" No new one could be got for {kept} of them; the present one stays good." if kept else ""

    @property
    def _held(self) -> str:
        held = sum(slot.verdict is Verdict.PENDING_PERSIST for slot in self.slots)
        return f" {held} wait safely in the journal until the database takes them." if held else ""

    def document(self) -> dict[str, Any]:
        """The result as JSON for `refresh --json` and the REST API."""
        return {
            "executionId": self.execution_id,
            "exitCode": int(self.exit_code),
            "summary": self.summary,
            "failure": failure_document(self.fatal),
            "slots": [slot_document(slot) for slot in self.slots],
        }


def slot_document(slot: SlotResult) -> dict[str, Any]:
    """The result of one slot as JSON."""
    return {
        "apiName": slot.slot,
        "verdict": slot.verdict.value,
        "generated": slot.generated,
        "failure": failure_document(slot.failure),
    }
