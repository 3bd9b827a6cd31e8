"""Where the operator is, was and may go."""

from __future__ import annotations

from typing import Final, Protocol

from vega_terminal.ui.functions import FUNCTIONS, Code, Function
from vega_terminal.ui.session import Session
from vega_terminal.ui.views.actions import why_blocked

MOST_REMEMBERED: Final = 20


class NavigatorHost(Protocol):
    """The part of the App that shows screens."""

    @property
    def holds_screen(self) -> bool:
        """Whether a question is on the screen: leaving would hide it."""
        ...

    def show_screen(self, code: Code) -> None:
        """Show the screen of a function."""
        ...


class Navigator:
    """Keeps the way back. A screen that is closed now, by the rules of the status, is not entered."""

    def __init__(self, host: NavigatorHost, session: Session) -> None:
        self._host = host
        self._session = session
        self._trail = [Code.LOGIN]

    @property
    def here(self) -> Code:
        """The function whose screen is shown."""
        return self._trail[-1]

    def go(self, code: Code) -> str | None:
        """Show the screen of a function; the reason when that is not possible now."""
        if self._host.holds_screen:
            return "A question is on the screen. Answer it first."
        closed = self.why_closed(code)
        if closed is None and code is not self.here:
            self._trail = [*self._trail[-MOST_REMEMBERED:], code]
            self._host.show_screen(code)
        return closed

    def last(self) -> str | None:
        """Change places with the screen before this one, as LAST does."""
        return self.go(self._trail[-2]) if len(self._trail) > 1 else "There is no screen before this one."

    def back(self) -> None:
        """Leave this screen for the one before it that is open; LOGIN always is."""
        if self._host.holds_screen:
            return
        while len(self._trail) > 1:
            left = self._trail.pop()
            if self.here is not left and self.why_closed(self.here) is None:
                break
        self._host.show_screen(self.here)

    def leave_closed(self) -> bool:
        """Go to LOGIN when the present screen has closed; tells whether it has."""
        if self.why_closed(self.here) is None:
            return False
        if not self._host.holds_screen:
            self._trail = [Code.LOGIN]
            self._host.show_screen(Code.LOGIN)
        return True

    def why_closed(self, code: Code) -> str | None:
        """Why a screen may not be entered now; None when it may."""
        return why_blocked(_screen_of(code), self._session.view())


def _screen_of(code: Code) -> Function:
    function = FUNCTIONS[code]
    return function if function.mode is None else FUNCTIONS[function.mode]
