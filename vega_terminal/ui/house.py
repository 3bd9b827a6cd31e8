"""Looks and manners of the App that do not depend on what it does."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, ClassVar, Final

from rich.segment import Segments
from textual.app import App
from textual.filter import Monochrome
from textual.widget import AwaitMount

from vega_terminal.ui.functions import FUNCTIONS
from vega_terminal.ui.looks import Look, all_looks, theme_for
from vega_terminal.ui.no_colour import Greys
from vega_terminal.ui.own_keys import OwnKeys
from vega_terminal.ui.preferences import Preferences
from vega_terminal.ui.stylesheets import stylesheet
from vega_terminal.ui.theme import PLAIN, TOKENS
from vega_terminal.ui.toasts import toast

FIRST: Final = ("frame", "login", "looks")
"""Stylesheets of the first frame."""

STYLES: Final = (*FIRST, "account", "records", "dashboard", "market", "modals")
"""All stylesheets; what comes after the first frame's is read when that is on the screen."""

FIRST_SIGHT: Final = 0.05
"""Seconds for which a screen that is being made is not drawn."""

WIDTHS: Final = [(0, "-tiny"), (80, "-narrow"), (110, "-wide")]
HEIGHTS: Final = [(0, "-flat"), (24, "-low"), (32, "-tall")]


class HouseApp(App[None], inherit_bindings=False):
    """An App that looks as its operator wants, fits the terminal and keeps secrets when it crashes.

    Args:
        preferences: looks, movement and keys.
    """

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    CSS_PATH: ClassVar[Any] = [stylesheet(name) for name in FIRST]

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._seen = {self.DEFAULT_MODE}
        self._pause = FIRST_SIGHT
        self._filters = [Greys() if isinstance(one, Monochrome) else one for one in self._filters]
        sixteen = self.console.color_system == "standard"
        self.set_class(sixteen, "-sixteen")
        themes = (PLAIN, *(theme_for(look, sixteen=sixteen) for look in all_looks()))
        for theme in themes:
            self.register_theme(theme)
        self.wear(preferences.look)
        # The others do not know what the colours mean here: white numbers on a white ground would follow.
        for name in self.available_themes.keys() - {theme.name for theme in themes}:
            self.unregister_theme(name)
        if not preferences.animations:
            self.animation_level = "none"
        self._take_over(preferences.keys)

    def switch_mode(self, mode: str) -> AwaitMount:
        """Show a screen; one that was seen before is there at once, without Textual's pause."""
        self._pause = 0.0 if mode in self._seen else FIRST_SIGHT
        self._seen.add(mode)
        return super().switch_mode(mode)

    def delay_update(self, delay: float = FIRST_SIGHT) -> None:
        """Hide a transition: only a screen that is being made has one.

        A timer of no seconds would not end the pause but fail, and nothing would ever be drawn again.
        """
        if self._pause:
            super().delay_update(min(delay, self._pause))

    def _end_batch(self) -> None:
        """Wake the screens behind a question, too: Textual wakes only the uppermost."""
        super()._end_batch()
        if not self._batch_count:
            for screen in self._background_screens:
                screen.check_idle()

    def load_later_looks(self) -> None:
        """Read the stylesheets of what nobody sees yet."""
        self.stylesheet.read_all([stylesheet(name) for name in STYLES[len(FIRST) :]])
        self.stylesheet.parse()

    def wear(self, look: Look) -> None:
        """Show everything in this look from now on; without colours, only remember it."""
        self.look = look
        self.theme = PLAIN.name if self.no_color else look.theme_name

    def _take_over(self, keys: OwnKeys) -> None:
        """Put the operator's keys in the place of the usual ones; a function without any gets its first."""
        self.set_keymap(keys.keymap())
        for code in keys.by_code:
            if not FUNCTIONS[code].keys:
                own = keys.of(FUNCTIONS[code])
                self.bind(",".join(own.keys), f"call('{code}')", description=own.label, show=own.footer)

    def tell(self, text: str, *, title: str, worrying: bool) -> None:
        """Show a short message, whatever stands in it."""
        toast(self, text, title, "warning" if worrying else "information")

    def in_background(self, group: str, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside the screen, ending what ran in the same group."""
        self.run_worker(work, group=group, exclusive=True)

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
