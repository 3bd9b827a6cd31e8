"""What each function does when it is called: an intent for the engine, or a move between screens."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from vega_terminal.ui.engine_room import EngineRoom
from vega_terminal.ui.functions import Code, Function
from vega_terminal.ui.navigator import Navigator
from vega_terminal.ui.session import Session
from vega_terminal.ui.views.actions import why_blocked
from vega_terminal.ui.views.questions import REARM, STOP_RUN, Question


class IntentHost(Protocol):
    """The part of the App that carries intents out."""

    def confirm(self, question: Question, then: Callable[[], None]) -> None:
        """Ask the operator; `then` follows a yes."""
        ...

    def in_background(self, group: str, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside the screen, ending what ran in the same group."""
        ...

    def focus_part(self, selector: str) -> None:
        """Give the keys to a part of the present screen."""
        ...

    def hand_over(self, argument: str) -> str | None:
        """Give what was typed beside a function to the present screen; returns why it takes it not."""
        ...

    def choose_look(self, word: str) -> str | None:
        """Change theme or market colours; returns why nothing was changed."""
        ...

    def help(self) -> None:
        """Show help for what has the focus."""
        ...

    def leave(self) -> None:
        """Leave the terminal, after asking where something is live."""
        ...


class Intents:
    """Turns a called function into what it does."""

    def __init__(self, host: IntentHost, navigator: Navigator, room: EngineRoom, session: Session) -> None:
        self._host = host
        self._navigator = navigator
        self._room = room
        self._session = session

    def call(self, function: Function, argument: str | None = None) -> str | None:
        """Do what `function` stands for; returns the reason when nothing was done."""
        blocked = why_blocked(function, self._session.view())
        if blocked is not None:
            return blocked
        if function.code is Code.THEME and argument is not None:
            return self._host.choose_look(argument)
        if function.mode is not None:
            return self._show(function, function.mode, argument)
        return self._do(function.code)

    def back(self) -> None:
        """One step back; on LOGIN it stops a run, after asking. Never quits."""
        if self._navigator.here is not Code.LOGIN:
            self._navigator.back()
        elif self._session.running:
            self._host.confirm(STOP_RUN, self._stop_run)

    def _show(self, function: Function, mode: Code, argument: str | None) -> str | None:
        refused = self._navigator.go(mode)
        if refused is None and function.focus is not None:
            self._host.focus_part(function.focus)
        if refused is None and argument is not None:
            return self._host.hand_over(argument)
        return refused

    def _do(self, code: Code) -> str | None:
        if code is Code.LAST:
            return self._navigator.last()
        doings: dict[Code, Callable[[], None]] = {
            Code.GEN: self._generate,
            Code.VER: self._verify,
            Code.HELP: self._host.help,
            Code.QUIT: self._host.leave,
        }
        doings[code]()
        return None

    def _generate(self) -> None:
        """Begin a run; when sign-ins are spent, ask a person for their word instead."""
        if self._session.spent():
            self._host.confirm(REARM, self._rearm)
        else:
            self._room.generate()

    def _verify(self) -> None:
        self._host.in_background("verify", self._room.verify())

    def _rearm(self) -> None:
        self._host.in_background("rearm", self._room.rearm())

    def _stop_run(self) -> None:
        self._host.in_background("stop", self._room.stop_run())
