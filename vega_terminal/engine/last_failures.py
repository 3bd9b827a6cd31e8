"""Why slots have no token, read from what the day's executions left: for who looks after they have ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from vega_terminal.domain.events import FailureRecalled
from vega_terminal.domain.execution import SlotResult
from vega_terminal.domain.execution_record import ExecutionRecord
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.status import AuthStatus, SlotStatus
from vega_terminal.domain.token import IST, NEEDS_LOGIN, Verdict, next_expiry
from vega_terminal.engine.ports.records import ExecutionHistory
from vega_terminal.engine.status_board import StatusBoard

_End: TypeAlias = tuple[datetime, tuple[SlotResult, ...]]


def unexplained(status: AuthStatus, now: datetime) -> tuple[SlotStatus, ...]:
    """The slots without a token that is known to be good, of which nothing tells why."""
    unclear = NEEDS_LOGIN | {Verdict.UNKNOWN}
    return tuple(slot for slot in status.slots if slot.failure is None and slot.verdict_at(now) in unclear)


async def publish_failures(history: ExecutionHistory, board: StatusBoard) -> None:
    """Publish what today's executions tell of the slots of which nothing else tells why.

    For who only looks: a run judges by what it meets itself. Today begins at 03:30 IST, with the tokens.

    Raises:
        StorageError: the executions cannot be read.
    """
    slots = unexplained(board.status, board.now())
    ends = _todays_ends(await history.recent_records(), board.now()) if slots else []
    for slot in slots:
        failure = _last_failure(slot, ends, board.now())
        if failure is not None:
            board.publish(FailureRecalled(board.now(), slot.name, failure))


def _todays_ends(records: Iterable[ExecutionRecord], now: datetime) -> list[_End]:
    """The newest end first."""
    ends = ((record.ended_at, record.slots) for record in records if record.ended_at is not None)
    return sorted((end for end in ends if next_expiry(end[0]) == next_expiry(now)), key=_when, reverse=True)


def _when(end: _End) -> datetime:
    return end[0]


def _last_failure(slot: SlotStatus, ends: Iterable[_End], now: datetime) -> Failure | None:
    """The newest that still holds; a run that did not try the slot hides no failure of one that did."""
    told = [
        (at, result.failure)
        for at, result in _failed(slot.name, ends)
        if result.failure is not None and _still_holds(slot, at, result, now)
    ]
    tried = [(at, failure) for at, failure in told if failure.kind is not FailureKind.DECLINED]
    for at, failure in tried or told:
        when = f"{failure.kind} at {at.astimezone(IST):%H:%M} IST"
        return replace(failure, message=f"{when}: {failure.message}")
    return None


def _failed(name: str, ends: Iterable[_End]) -> Iterator[tuple[datetime, SlotResult]]:
    """How the slot stood at each end, back to one that left it with a token."""
    for at, results in ends:
        for result in results:
            if result.slot == name:
                if result.ok:
                    return
                yield at, result


def _still_holds(slot: SlotStatus, at: datetime, result: SlotResult, now: datetime) -> bool:
    """Whether neither a newer token nor a newer answer of the broker says otherwise."""
    if slot.generated_at is not None and slot.generated_at > at:
        return False
    if result.verdict in NEEDS_LOGIN:
        return slot.verdict_at(now) in NEEDS_LOGIN
    return slot.checked_at is None or slot.checked_at <= at
