"""Going on after a cooldown with exactly what it interrupted (seed 2 section 4.2, seed 3 section 10)."""

from __future__ import annotations

from vega_terminal.domain.events import Event, Settled, SlotFailed, SlotFinished
from vega_terminal.domain.execution import TokenExecutionRequest
from vega_terminal.domain.failure import STARTS_COOLDOWN, FailureKind
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.orchestrator import AsyncTokenOrchestrator
from vega_terminal.engine.status_board import StatusBoard

_INTERRUPTIONS = STARTS_COOLDOWN | {FailureKind.COOLDOWN}


class ResumeOrchestrator:
    """Remembers which slots a cooldown kept from their token, and generates them when it is over."""

    def __init__(self, orchestrator: AsyncTokenOrchestrator, board: StatusBoard) -> None:
        self._orchestrator = orchestrator
        self._board = board
        self._interrupted: set[str] = set()
        board.watch(self._note)

    async def go_on(self) -> None:
        """Start a run for what was interrupted, without asking a second time.

        A run that is under way for another identity ends first. What another cooldown still stops fails
        again with it, and is remembered again.
        """
        await self._orchestrator.idle()
        if self._interrupted:
            only = tuple(slot.name for slot in self._board.status.slots if slot.name in self._interrupted)
            self._interrupted.clear()
            self._orchestrator.begin(TokenExecutionRequest("resume", only=only, consent=True))
        else:
            self._board.publish(Settled(self._board.now()))

    def _note(self, event: Event, _status: AuthStatus) -> None:
        if isinstance(event, SlotFinished):
            self._interrupted.discard(event.slot)
        elif isinstance(event, SlotFailed):
            interrupted = event.failure.kind in _INTERRUPTIONS
            (self._interrupted.add if interrupted else self._interrupted.discard)(event.slot)
