"""Going on after a cooldown with exactly what it interrupted (seed 2 section 4.2, seed 3 section 10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from vega_terminal.domain.events import Event, Settled, SlotFailed, SlotFinished
from vega_terminal.domain.execution import TokenExecutionRequest
from vega_terminal.domain.failure import NEEDS_CORRECTION
from vega_terminal.domain.slots import Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import next_expiry
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.execution_log import INTERRUPTS, ExecutionLog
from vega_terminal.engine.orchestrator import AsyncTokenOrchestrator
from vega_terminal.engine.status_board import StatusBoard

_LEFT_TO_A_PERSON: Final = (
    "The cooldown is over. It does not go on by itself, because the broker refused what was typed before it:"
    " correct that, then generate."
)


class ResumeOrchestrator:
    """Remembers which slots a cooldown kept from their token, and generates them when it is over.

    Their consent holds to the end of the tokens that it was given for: the next 03:30 IST.
    """

    def __init__(
        self,
        orchestrator: AsyncTokenOrchestrator,
        log: ExecutionLog,
        cooldowns: CooldownManager,
        roster: Roster,
        board: StatusBoard,
    ) -> None:
        self._orchestrator = orchestrator
        self._log = log
        self._cooldowns = cooldowns
        self._roster = roster
        self._board = board
        self._interrupted: set[str] = set()
        self._refused: set[str] = set()
        self._consent_ends = datetime.min.replace(tzinfo=UTC)
        board.watch(self._note)

    async def look_back(self) -> None:
        """Tell of an execution that was cut off, and go on with it after the cooldown that stops it.

        Must be called while no other process can be signing in, and cooldowns are restored.
        """
        left = await self._log.cut_off()
        cooled = [name for name in left if self._cooldowns.active(self._roster[name].identity.key)]
        self._remember(cooled)
        if left:
            self._board.say(self._log.in_words(after_cooldown=bool(cooled)))

    async def go_on(self) -> None:
        """Start a run for what was interrupted, without asking a second time.

        A run that is under way for another identity ends first. What another cooldown still stops fails
        again with it, and is remembered again. Nobody signs in by itself with a PIN, an OTP or a number that
        the broker has refused since the last token: the next try is a person's.
        """
        await self._orchestrator.idle()
        interrupted = [slot for slot in self._roster if slot.name in self._interrupted]
        only = tuple(slot.name for slot in interrupted if slot.identity.key not in self._refused)
        self._interrupted.clear()
        if len(only) < len(interrupted):
            self._board.say(_LEFT_TO_A_PERSON)
        if only and self._board.now() < self._consent_ends:
            self._orchestrator.begin(TokenExecutionRequest("resume", only=only, consent=True))
        else:
            self._board.publish(Settled(self._board.now()))

    def _remember(self, names: Iterable[str]) -> None:
        self._interrupted.update(names)
        self._consent_ends = next_expiry(self._board.now())

    def _note(self, event: Event, _status: AuthStatus) -> None:
        if isinstance(event, SlotFinished):
            self._interrupted.discard(event.slot)
            self._refused.discard(self._roster[event.slot].identity.key)
        elif isinstance(event, SlotFailed):
            if event.failure.kind in NEEDS_CORRECTION:
                self._refused.add(self._roster[event.slot].identity.key)
            if event.failure.kind in INTERRUPTS:
                self._remember([event.slot])
            else:
                self._interrupted.discard(event.slot)
