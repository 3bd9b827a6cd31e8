"""A warm-up that met a cooldown is over when what went on after it is over, not before."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from vega_terminal.domain.events import CooldownEnded, Event, RunFinished, Settled, SlotFinished
from vega_terminal.domain.execution import TokenExecutionResult
from vega_terminal.domain.failure import STARTS_COOLDOWN, FailureKind
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import IST
from vega_terminal.engine.outcome import execution_result
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.warmup_host import WarmUpHost

_WAITS: Final = STARTS_COOLDOWN | {FailureKind.COOLDOWN}
"""Kinds with which the engine goes on by itself as soon as the cooldown is over."""


async def after_cooldowns(host: WarmUpHost, result: TokenExecutionResult) -> TokenExecutionResult:
    """Wait for every cooldown that stopped a slot of `result`, and for the run that follows it.

    The engine resumes on its own, with its own caution; nothing is begun here.

    Returns:
        The result as it is in the end.
    """
    board = host.board
    generated = {slot.slot for slot in result.slots if slot.generated}
    while left := _stopped_for(host, result):
        until = board.now() + timedelta(seconds=left)
        board.say(f"The warm-up waits for the cooldown and goes on at {until.astimezone(IST):%H:%M:%S} IST.")
        generated |= await _resumed(board)
        result = execution_result(
            result.execution_id, host.roster.slots, board, generated, fatal=result.fatal
        )
    return result


def was_stopped(result: TokenExecutionResult) -> bool:
    """Whether somebody ended the run: then nothing that would follow it is wanted."""
    return FailureKind.CANCELLED in _kinds(result)


def _stopped_for(host: WarmUpHost, result: TokenExecutionResult) -> int:
    """Seconds of the cooldown that keeps a slot from its token; 0 when none does, or nobody waits for it."""
    if was_stopped(result) or not _kinds(result) & _WAITS:
        return 0
    return host.board.status.cooldown_remaining(host.board.now())


def _kinds(result: TokenExecutionResult) -> set[FailureKind]:
    return {slot.failure.kind for slot in result.slots if not slot.ok and slot.failure is not None}


async def _resumed(board: StatusBoard) -> set[str]:
    """Wait for the end of a cooldown and of what the engine did then; returns the slots that got a token."""
    generated: set[str] = set()
    over, cooldown_over = asyncio.Event(), False

    def note(event: Event, status: AuthStatus) -> None:
        nonlocal cooldown_over
        if isinstance(event, SlotFinished):
            generated.add(event.slot)
        elif isinstance(event, CooldownEnded):
            cooldown_over = True
        elif cooldown_over and isinstance(event, RunFinished | Settled) and not status.running:
            over.set()

    unwatch = board.watch(note)
    try:
        await over.wait()
    finally:
        unwatch()
    return generated
