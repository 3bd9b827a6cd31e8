"""A question about something of the operator's own: leave all the same, stop the run, allow sign-ins."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.questions import Question
from vega_terminal.ui.widgets.key_footer import KeyFooter


class OwnQuestion(ModalScreen[bool]):
    """Yes or no; dismissed with the answer, or with no when the question has settled itself."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def compose(self) -> ComposeResult:
        """Title, question, keys."""
        with VerticalScroll(id="prompt", can_focus=False) as frame:
            frame.border_title = self.question.title
            yield Static(self.question.text, id="question", markup=False)
            yield from self.compose_answer()
            yield KeyFooter()

    def compose_answer(self) -> ComposeResult:
        """What else is needed for the answer."""
        yield from ()

    def paint(self, view: DeskView) -> None:
        """Withdraw the question once it does not matter any more."""
        if self.is_current and not self.question.matters(view):
            self.dismiss(False)  # noqa: FBT003 - the answer itself

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(True)  # noqa: FBT003 - the answer itself

    def action_no(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)  # noqa: FBT003 - the answer itself


class ConfirmModal(OwnQuestion):
    """Answered with a key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "yes", "Yes", id="prompt.yes", key_display="y/enter"),
        Binding("n,escape", "no", "No, go on", id="prompt.no", key_display="n/esc"),
    ]


class WordModal(OwnQuestion):
    """Answered by typing a word: nothing that a hurried key could do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "no", "No, go on", id="prompt.no", key_display="esc"),
    ]

    def compose_answer(self) -> ComposeResult:
        """The field, and what belongs into it."""
        yield Input(placeholder=self.question.word, max_length=len(self.question.word) + 8, id="word")
        yield Static(f"Type {self.question.word} and press Enter.", id="advice", markup=False)

    def on_mount(self) -> None:
        """The field takes the keys."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _judge(self, event: Input.Submitted) -> None:
        """Only the very word is a yes; anything else stays to be mended."""
        event.stop()
        if event.value.strip().upper() == self.question.word:
            self.action_yes()
        else:
            advice = f"That was another word. Type {self.question.word} and press Enter, or Esc."
            self.query_one("#advice", Static).update(advice)


def modal_for(question: Question) -> OwnQuestion:
    """The way in which `question` is asked."""
    return WordModal(question) if question.word else ConfirmModal(question)
