"""Help for somebody who sits here for the first time."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer

from vega_terminal.domain.token import Verdict
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import indented
from vega_terminal.ui.views.slots import SIGNS
from vega_terminal.ui.widgets.painted import Painted

_PURPOSE: Final = (
    "The broker wants a new access token for each of your API apps every trading day; all of them die at "
    "03:30 IST. This terminal checks them, signs in once in one visible browser for what is missing, proves "
    "every new token at the broker and saves it."
)
_SCREENS: Final = (
    ("1 LOGIN", "The tokens, where the login stands, what to do now. Always open."),
    ("2 ACCOUNT", "Who you are and every slot in full. Opens with the first token."),
    ("3 DASHBOARD", "Market, funds, positions. Opens when the broker confirmed PRIMARY."),
)
_KEYS: Final = (
    ("g", "generate what is missing or refused; asks first"),
    ("v", "verify all tokens; opens no browser"),
    ("d or 3", "enter the dashboard"),
    ("1 2 3", "the screens"),
    ("Esc", "back; on LOGIN it stops a run, after asking; never quits"),
    ("tab, arrows", "move between and inside the panels"),
    ("ctrl+p", "command palette: screenshot, keys"),
    ("ctrl+q", "quit; asks while a run is live"),
)
_VERDICTS: Final = {
    Verdict.VALID: "the broker accepted it",
    Verdict.INVALID: "the broker refused it; only a sign-in helps",
    Verdict.EXPIRED: "03:30 IST has passed",
    Verdict.MISSING: "there is none",
    Verdict.UNKNOWN: "could not be checked; it stays, and nobody has to sign in",
    Verdict.PENDING_PERSIST: "held safely until the database takes it",
}
_INDENT: Final = 16


class HelpModal(ModalScreen[None]):
    """Keys, screens and signs on one page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q,enter", "close", "Close", key_display="esc"),
    ]

    def compose(self) -> ComposeResult:
        """One page of text; the arrow keys scroll it where it is too long."""
        with VerticalScroll(id="help") as frame:
            frame.border_title = "HELP"
            yield HelpPage(None)
            yield Footer(show_command_palette=False)

    def action_close(self) -> None:
        """Back to the screen beneath."""
        self.dismiss()


class HelpPage(Painted[None]):
    """The text, wrapped so that the second column stays a column."""

    def lines(self, value: None, width: int) -> tuple[Content, ...]:  # noqa: ARG002 - it has no value
        """All sections."""
        verdicts = (
            _pair(f"{SIGNS[one].glyph} {one.value}", text, width, 22) for one, text in _VERDICTS.items()
        )
        return (
            Content.styled("WHAT IT DOES", Tone.HEADING),
            *indented(_PURPOSE, Tone.VALUE, 2, width),
            *_section("SCREENS", _SCREENS, width),
            *_section("KEYS", _KEYS, width),
            *_title("SIGNS"),
            *(line for lines in verdicts for line in lines),
        )


def _title(text: str) -> tuple[Content, ...]:
    return Content(""), Content.styled(text, Tone.HEADING)


def _section(title: str, rows: tuple[tuple[str, str], ...], width: int) -> tuple[Content, ...]:
    pairs = (_pair(left, right, width, _INDENT) for left, right in rows)
    return (*_title(title), *(line for lines in pairs for line in lines))


def _pair(left: str, right: str, width: int, indent: int) -> tuple[Content, ...]:
    """`left` in its column, `right` wrapped beside it."""
    first, *rest = indented(right, Tone.VALUE, indent, width)
    name = Content.styled(f"  {left}".ljust(indent), Tone.STRONG)
    return (name + first[indent:], *rest)
