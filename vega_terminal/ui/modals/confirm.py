"""A question about something of the operator's own: leave all the same, stop the run, allow sign-ins."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.questions import Question


class ConfirmModal(ModalScreen[bool]):
    """Yes or no; dismissed with the answer, or with no when the question has settled itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "yes", "Yes", id="prompt.yes", key_display="y/enter"),
        Binding("n,escape", "no", "No, go on", id="prompt.no", key_display="n/esc"),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Title, question, keys."""
        with VerticalScroll(id="prompt", can_focus=False) as frame:
            frame.border_title = self._question.title
            yield Static(self._question.text, id="question", markup=False)
            yield Footer(show_command_palette=False)

    def paint(self, view: DeskView) -> None:
        """Withdraw the question once it does not matter any more."""
        if self.is_current and not self._question.matters(view):
            self.dismiss(False)  # noqa: FBT003 - the answer itself

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(True)  # noqa: FBT003 - the answer itself

    def action_no(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)  # noqa: FBT003 - the answer itself
