"""Help: once for what has the focus, once more for the manual and a bundle for whoever helps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vega_terminal.domain.errors import VegaError
from vega_terminal.ui.modals.passing import PassingModal
from vega_terminal.ui.own_keys import OwnKeys
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.help_page import HelpText, help_lines, manual_lines
from vega_terminal.ui.widgets.key_footer import KeyFooter
from vega_terminal.ui.widgets.painted import Painted

WriteBundle = Callable[[], Awaitable[Path]]
_AGAIN: Final = "F1 or ? again: the whole manual, and a diagnostics bundle for whoever helps you."


class HelpPage(Painted[HelpText | OwnKeys]):
    """The text, wrapped so that the second column stays a column; the manual where there are only keys."""

    def lines(self, value: HelpText | OwnKeys, width: int) -> tuple[Content, ...]:
        """All sections."""
        return manual_lines(value, width) if isinstance(value, OwnKeys) else help_lines(value, width)


class HelpModal(PassingModal):
    """Help above a screen.

    Args:
        help_text: for what has the focus.
        write_bundle: writes a diagnostics bundle; None before there is anything to write.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", "Close", id="help.close", key_display="esc"),
        Binding("question_mark,f1", "more", "Manual and bundle", id="help.more", key_display="F1"),
    ]

    def __init__(self, help_text: HelpText, write_bundle: WriteBundle | None) -> None:
        super().__init__()
        self._help_text = help_text
        self._write_bundle = write_bundle
        self._shows_manual = False

    def compose(self) -> ComposeResult:
        """One page of text; the arrow keys scroll it where it is too long."""
        with VerticalScroll(id="help") as frame:
            frame.border_title = "HELP"
            frame.border_subtitle = "arrows scroll  Esc closes"
            yield Static(Content.styled(_AGAIN, Tone.MUTED), id="help-news")
            yield HelpPage(self._help_text)
            yield KeyFooter()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """There is nothing more than the manual."""
        return not (action == "more" and self._shows_manual)

    def action_more(self) -> None:
        """The manual, and a bundle beside it."""
        self._shows_manual = True
        self.refresh_bindings()
        frame = self.query_one("#help", VerticalScroll)
        frame.border_title = "MANUAL"
        self.query_one(HelpPage).show(self._help_text.keys)
        frame.scroll_home(animate=False)
        self.run_worker(self._tell_of_bundle(), group="bundle")

    async def _tell_of_bundle(self) -> None:
        if self._write_bundle is None:
            self._tell("No diagnostics bundle: the engine has not started.", Tone.MUTED)
            return
        self._tell("Writing a diagnostics bundle ...", Tone.LABEL)
        try:
            path = await self._write_bundle()
        except (VegaError, OSError) as error:
            self._tell(f"The diagnostics bundle could not be written. {error}", Tone.WAIT)
        else:
            self._tell(f"Diagnostics bundle, without any secret: {path}", Tone.GOOD)

    def _tell(self, text: str, tone: Tone) -> None:
        self.query_one("#help-news", Static).update(Content.styled(safe_text(text), tone))
