"""The result of an execution, read off the status."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from vega_terminal.domain.events import SlotFailed
from vega_terminal.domain.execution import SlotResult, TokenExecutionResult
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.status import Activity, SlotStatus
from vega_terminal.domain.token import NEEDS_LOGIN
from vega_terminal.engine.status_board import StatusBoard

CANCELLED = Failure(FailureKind.CANCELLED, "The run was stopped before it was done. Nothing else was tried.")
DECLINED = Failure(
    FailureKind.DECLINED, "Nobody asked for a new token. Generate this slot when you want one."
)


def execution_result(
    execution_id: str,
    slots: Sequence[ApiSlot],
    board: StatusBoard,
    generated: Collection[str],
    fatal: Failure | None,
) -> TokenExecutionResult:
    """Build the result of a run over `slots`; `generated` names those that got a new token."""
    results = tuple(_explained(slot) for slot in slots_as_they_stand(slots, board, generated))
    return TokenExecutionResult(execution_id, results, fatal)


def slots_as_they_stand(
    slots: Sequence[ApiSlot], board: StatusBoard, generated: Collection[str]
) -> tuple[SlotResult, ...]:
    """The slots of a run that may still go on: nothing explains yet what it has not come to."""
    return tuple(_slot_result(board.status.slot(slot.name), board.now(), generated) for slot in slots)


def _slot_result(slot: SlotStatus, now: datetime, generated: Collection[str]) -> SlotResult:
    return SlotResult(slot.name, slot.verdict_at(now), slot.name in generated, slot.failure)


def _explained(slot: SlotResult) -> SlotResult:
    """At the end of a run a slot without token or failure is one that nobody wanted."""
    unexplained = slot.failure is None and slot.verdict in NEEDS_LOGIN
    return replace(slot, failure=DECLINED) if unexplained else slot


def fail_unfinished(slots: Sequence[ApiSlot], board: StatusBoard, failure: Failure) -> None:
    """Give every slot that was still to come the reason why it does not come any more."""
    for slot in slots:
        if _is_unfinished(board.status.slot(slot.name), board.now()):
            board.publish(SlotFailed(board.now(), slot.name, failure))


def _is_unfinished(slot: SlotStatus, now: datetime) -> bool:
    """Whether something goes on with it, or nothing has told yet why it has no token."""
    unexplained = slot.failure is None and slot.verdict_at(now) in NEEDS_LOGIN
    return unexplained or slot.activity is not Activity.IDLE
