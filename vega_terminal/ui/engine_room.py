"""The engine's life beside the App: opened after the first frame, closed before the last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from vega_terminal.domain.errors import VegaError
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import Phase

if TYPE_CHECKING:
    from vega_terminal.domain.events import Event
    from vega_terminal.domain.execution import TokenExecutionResult
    from vega_terminal.domain.status import AuthStatus, DatabaseStatus
    from vega_terminal.engine.ports import OperatorPrompts
    from vega_terminal.ui.backstage import EngineFactory
    from vega_terminal.ui.facade import Engine
    from vega_terminal.ui.session import Session

REQUESTED_BY: Final = "terminal"
Listener = Callable[[str | None], None]


class EngineRoom:
    """Starts the engine, passes intents on to it, and reports what it says.

    Args:
        factory: makes the engine.
        prompts: how the engine asks the operator.
        session: where everything is remembered.
        changed: called on the event loop after every change, with why the dashboard closes if it does.
        announce: called with how a run or a verification that somebody asked for has ended.
    """

    def __init__(
        self,
        factory: EngineFactory,
        prompts: OperatorPrompts,
        session: Session,
        changed: Listener,
        announce: Callable[[str], None],
    ) -> None:
        self._factory = factory
        self._prompts = prompts
        self._session = session
        self._changed = changed
        self._announce = announce

    async def live(self) -> None:
        """Open the engine and keep it until this is cancelled; then end the run and close it.

        An engine elsewhere is only let go: its run is not this terminal's.
        """
        try:
            async with self._factory(self._prompts, self._opening) as running:
                self._session.attach(running)
                engine = running.engine
                forget = engine.board.watch(self._heard)
                try:
                    await self._open(engine)
                    async with running.beside():
                        if running.connection is None:
                            await self._verify(engine)
                        await asyncio.Event().wait()
                finally:
                    if running.connection is None:
                        await engine.cancel()
                    forget()
        except (VegaError, OSError) as error:
            self._session.phase = Phase.FAILED
            self._tell(f"The engine could not start. {error}", Tone.BAD)

    def generate(self) -> None:
        """Begin a run for what needs it; everything else arrives as events."""
        from vega_terminal.domain.execution import TokenExecutionRequest  # noqa: PLC0415 - after the first frame

        engine = self._session.engine
        if engine is None or self._session.view().generate_blocked is not None:
            return
        execution = engine.begin(TokenExecutionRequest(requested_by=REQUESTED_BY))
        execution.result.add_done_callback(self._ended)

    async def rearm(self) -> None:
        """A person says that the credentials are right: allow what was stopped, each for the record."""
        engine = self._session.engine
        if engine is None:
            return
        try:
            for identity in engine.spent():
                await engine.rearm(identity.key)
        except VegaError as error:
            self._tell(f"Sign-ins stay stopped. {error}", Tone.BAD)
        self._changed(None)

    async def verify(self) -> None:
        """Verify every token."""
        engine = self._session.engine
        if engine is not None and await self._verify(engine):
            slots = engine.board.status.slots
            valid = sum(slot.proven and slot.holds_token(engine.clock.now()) for slot in slots)
            self._announce(f"Verified: {valid} of {len(slots)} tokens are valid.")

    async def stop_run(self) -> None:
        """End the run under way."""
        try:
            if self._session.engine is not None:
                await self._session.engine.cancel()
        except VegaError as error:
            self._tell(f"The run was not stopped. {error}", Tone.BAD)

    async def _open(self, engine: Engine) -> None:
        await engine.start()
        self._session.phase = Phase.RUNNING
        self._changed(None)

    async def _verify(self, engine: Engine) -> bool:
        try:
            await engine.verify()
        except VegaError as error:
            self._tell(f"The tokens could not be verified. {error}", Tone.BAD)
            self._announce(f"The tokens could not be verified. {error}")
            return False
        return True

    def _opening(self, database: DatabaseStatus) -> None:
        if self._session.opening(database):
            self._tell(database.detail, Tone.WAIT)
        self._changed(None)

    def _heard(self, event: Event, _status: AuthStatus) -> None:
        self._changed(self._session.record(event))

    def _ended(self, result: asyncio.Task[TokenExecutionResult]) -> None:
        with suppress(asyncio.CancelledError):
            error = result.exception()
            if error is None:
                self._announce(result.result().summary)
            else:
                self._tell(f"The run broke off: {error}. What was generated is safe.", Tone.BAD)

    def _tell(self, text: str, tone: Tone) -> None:
        self._session.say(text, tone)
        self._changed(None)
