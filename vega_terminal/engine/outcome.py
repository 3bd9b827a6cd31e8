"""The result of an execution, read off the status."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vega_terminal.domain.events import SlotFailed
from vega_terminal.domain.execution import SlotResult, TokenExecutionResult
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.status import Activity
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.status_board import StatusBoard

CANCELLED = Failure(FailureKind.CANCELLED, "The operator stopped the run. Nothing else was tried.")
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
    results = tuple(_slot_result(slot, board, generated=slot.name in generated) for slot in slots)
    return TokenExecutionResult(execution_id, results, fatal)


def _slot_result(slot: ApiSlot, board: StatusBoard, *, generated: bool) -> SlotResult:
    status = board.status.slot(slot.name)
    verdict = status.verdict_at(board.now())
    failure = status.failure
    if failure is None and verdict in (Verdict.MISSING, Verdict.EXPIRED, Verdict.INVALID):
        failure = DECLINED
    return SlotResult(slot.name, verdict, generated, failure)


def fail_unfinished(slots: Sequence[ApiSlot], board: StatusBoard, failure: Failure) -> None:
    """Give every slot that something still goes on with the reason why it does not any more."""
    for slot in slots:
        if board.status.slot(slot.name).activity is not Activity.IDLE:
            board.publish(SlotFailed(board.now(), slot.name, failure))
