"""What is stored, as events: the status before anybody is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from vega_terminal.clock import Clock
from vega_terminal.domain.events import CooldownStarted, FailureRecalled, Settled, TokenHeld, TokenLoaded
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import Roster
from vega_terminal.domain.status import AuthStatus, SlotStatus
from vega_terminal.domain.token import IST, NEEDS_LOGIN, Verdict, next_expiry
from vega_terminal.engine.cooldown_span import ending_in, seconds_left
from vega_terminal.engine.ports import CooldownStore, StoredToken
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.status_board import StatusBoard

if TYPE_CHECKING:
    from vega_terminal.domain.execution import SlotResult
    from vega_terminal.domain.execution_record import ExecutionRecord
    from vega_terminal.engine.ports.records import ExecutionHistory

    _End = tuple[datetime, tuple[SlotResult, ...]]


async def publish_tokens(shelf: TokenShelf, roster: Roster, board: StatusBoard) -> None:
    """Publish every durable token and let the state follow from them.

    Raises:
        StorageError: the database cannot be read.
    """
    for stored in (await shelf.load(roster.slots)).values():
        publish_token(stored, board)
    board.publish(Settled(board.now()))


async def publish_stored(
    shelf: TokenShelf, cooldowns: CooldownStore, roster: Roster, board: StatusBoard, clock: Clock
) -> None:
    """Publish tokens and running cooldowns, changing nothing in the store.

    Raises:
        StorageError: the database cannot be read.
    """
    await publish_tokens(shelf, roster, board)
    for record in await cooldowns.load_cooldowns():
        left = seconds_left(record, clock)
        if left and not record.provisional:
            cooldown = ending_in(record.cooldown, left, clock)
            board.publish(
                CooldownStarted(
                    board.now(),
                    cooldown.identity,
                    cooldown.label,
                    cooldown.until,
                    cooldown.reason,
                    again=True,
                )
            )


def publish_token(stored: StoredToken, board: StatusBoard) -> None:
    """Publish a stored token unless the status tells of it already."""
    token, known = stored.token, board.status.slot(stored.token.slot)
    same = known.generated_at == token.issued_at
    if same and (known.held if stored.held else known.persisted):
        return
    if stored.held:
        board.publish(TokenHeld(board.now(), token.slot, token.issued_at, token.expires_at))
        return
    board.publish(
        TokenLoaded(
            board.now(), token.slot, token.issued_at, token.expires_at, stored.checked_at, stored.refused
        )
    )


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
