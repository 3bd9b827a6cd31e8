"""When the screens are painted: soon after a change, and once a second for the clocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vega_terminal.ui.modals.own_question import OwnQuestion
from vega_terminal.ui.modals.passing import PassingModal
from vega_terminal.ui.modals.prompt import PromptModal
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.toasts import toast

if TYPE_CHECKING:
    from vega_terminal.ui.app import VegaApp


class Painting:
    """Shows the present view on every screen that can be seen."""

    def __init__(self, app: VegaApp) -> None:
        self._app = app
        self._is_due = False
        self._trouble: str | None = None

    def soon(self) -> None:
        """Many changes between two frames cost one paint."""
        if not self._is_due:
            self._is_due = True
            self._app.call_later(self.now)

    def now(self) -> None:
        """Paint; a screen that has closed is left."""
        self._is_due = False
        app = self._app
        view = app.session.view()
        if app.navigator.leave_closed() and isinstance(app.screen, PassingModal):
            app.screen.dismiss()
        for screen in app.screen_stack:
            if isinstance(screen, (DeskScreen, PromptModal, OwnQuestion)) and screen.is_mounted:
                screen.paint(view)

    def each_second(self) -> None:
        """Paint; a timer's error would end the App, perhaps in the middle of a login."""
        try:
            self._app.repaint()
            self._trouble = None
        except Exception as error:  # noqa: BLE001 - told once, and the next second tries again
            trouble = f"{type(error).__name__}: {error}"
            if trouble != self._trouble:
                toast(self._app, trouble, "The screen could not be drawn", "error")
            self._trouble = trouble
