"""Looks and manners of the App that do not depend on what it does."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from rich.segment import Segments
from textual.app import App

from vega_terminal.ui.stylesheets import stylesheet
from vega_terminal.ui.theme import AMBER, TOKENS

STYLES: Final = ("frame", "login", "account", "dashboard", "modals")
WIDTHS: Final = [(0, "-tiny"), (80, "-narrow"), (110, "-wide")]
HEIGHTS: Final = [(0, "-flat"), (24, "-low"), (32, "-tall")]


class HouseApp(App[None], inherit_bindings=False):
    """An App in amber that fits itself to the terminal and keeps secrets when it crashes."""

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    CSS_PATH: ClassVar[Any] = [stylesheet(name) for name in STYLES]

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(AMBER)
        self.theme = AMBER.name
        # The others do not know what the colours mean here: white numbers on a white ground would follow.
        for name in self.available_themes.keys() - {AMBER.name}:
            self.unregister_theme(name)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The meanings, for a theme that leaves some out."""
        return TOKENS

    def _fatal_error(self) -> None:
        """Leave a traceback behind without the values of variables: they may hold an OTP or a token."""
        from rich.traceback import Traceback  # noqa: PLC0415 - brings a tenth of all that the start loads

        self.bell()
        traceback = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(Segments(self.console.render(traceback, self.console.options)))
        self._close_messages_no_wait()
