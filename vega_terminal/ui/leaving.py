"""Leaving the terminal: what is asked before, and how everything ends."""

from __future__ import annotations

from typing import Final

from textual.worker import Worker, WorkerCancelled, WorkerFailed

from vega_terminal.ui.session import Session
from vega_terminal.ui.views.desk_view import Phase
from vega_terminal.ui.views.questions import LEAVE_COOLDOWN, LEAVE_HELD, LEAVE_RUN, Question

SECOND_PRESS: Final = 5.0
"""Seconds within which a second ctrl+c counts."""
EXIT_NOT_STARTED: Final = 3


class Leaving:
    """Knows what has to be asked before leaving, and what code the program ends with."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last_ctrl_c: float | None = None
        self._engine_life: Worker[None] | None = None

    def lives(self, engine: Worker[None]) -> None:
        """The engine's life, which has to end first."""
        self._engine_life = engine

    @property
    def question(self) -> Question | None:
        """What to ask before leaving now; None when nothing is live, or it lives elsewhere and goes on."""
        if self._session.connection is not None:
            return None
        if self._session.running:
            return LEAVE_RUN
        if self._session.status.pending_persist:
            return LEAVE_HELD
        resting = self._session.status.cooldown_remaining(self._session.clock.now())
        return LEAVE_COOLDOWN if resting else None

    @property
    def begun(self) -> bool:
        """Whether everything is being ended already: whoever asks again leaves at once."""
        return self._session.phase is Phase.CLOSING

    def twice(self) -> bool:
        """Whether this ctrl+c is the second one."""
        now, last = self._session.clock.monotonic(), self._last_ctrl_c
        self._last_ctrl_c = now
        return last is not None and now - last <= SECOND_PRESS

    def begin(self) -> int:
        """From now on everything ends; returns the exit code."""
        code = EXIT_NOT_STARTED if self._session.phase is Phase.FAILED else 0
        self._session.phase = Phase.CLOSING
        return code

    async def end_engine(self) -> str | None:
        """End the engine with all that it holds; returns what went wrong in it, if anything."""
        engine = self._engine_life
        if engine is None or engine.is_finished:
            return None
        engine.cancel()
        try:
            await engine.wait()
        except (WorkerCancelled, WorkerFailed) as end:
            return str(end)
        return None
