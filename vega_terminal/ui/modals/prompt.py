"""The base of every question: frame, counter, countdown; answered once, taken away from outside."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from vega_terminal.clock import Clock
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.times import mm_ss
from vega_terminal.ui.widgets.key_footer import KeyFooter

T = TypeVar("T")
BAR_CELLS = 30
HANDS_FREE_AFTER = 0.7
"""Seconds for which a question takes no key when it comes in the middle of typing."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a question stands: its number, how many there are, and the seconds left (None: no end)."""

    number: int
    total: int
    left: float | None

    @property
    def counter(self) -> str:
        """Such as `1 of 2`."""
        return f"{self.number} of {self.total}"


class PromptModal(ModalScreen[None], Generic[T]):
    """A question on the screen.

    It hands its answer to `answered` and stays until `withdraw` is called: whoever asked decides when the
    question ends, so that an answer, a deadline and a cancellation leave by the same door.
    """

    TITLE: ClassVar[str] = ""

    def __init__(self, situation: Callable[[], Situation], span: float | None) -> None:
        super().__init__()
        self.answered: Callable[[T], None] = lambda _answer: None
        self._situation = situation
        self._span = span
        self._is_answered = False
        self._is_withdrawn = False
        self._is_deaf: Callable[[], bool] = lambda: False

    def compose(self) -> ComposeResult:
        """The frame; what is asked comes from `compose_question`."""
        with VerticalScroll(id="prompt", can_focus=False) as frame:
            frame.border_title = self.TITLE
            yield from self.compose_question()
            yield Static(id="deadline", markup=False)
            yield KeyFooter()

    def compose_question(self) -> ComposeResult:
        """The widgets of the question."""
        yield from ()

    def on_mount(self) -> None:
        """Show counter and countdown at once."""
        self._show_situation()

    def paint(self, _view: DeskView) -> None:
        """Renew counter and countdown; called once a second."""
        self._show_situation()

    def without_answer(self) -> str:
        """What happens when nobody answers, to stand before the countdown."""
        return "Time left"

    def wait_for_hands(self, clock: Clock) -> None:
        """Keys meant for something else are no answer: for a moment none counts."""
        free_at = clock.monotonic() + HANDS_FREE_AFTER
        self._is_deaf = lambda: clock.monotonic() < free_at

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """No key acts while the hands are still busy elsewhere."""
        return not self._is_deaf()

    def give(self, answer: T) -> None:
        """Hand in the answer; only the first one counts."""
        if not self._is_answered:
            self._is_answered = True
            self.answered(answer)

    def withdraw(self) -> None:
        """Leave the screen, now or as soon as nothing stands above this question."""
        self._is_answered = True
        if not self._is_withdrawn:
            self._is_withdrawn = True
            self.on_screen_resume()

    def on_screen_resume(self) -> None:
        """A withdrawn question that comes to light again goes at once."""
        if self._is_withdrawn and self.is_active:
            self.dismiss()

    def _show_situation(self) -> None:
        situation = self._situation()
        self.query_one("#prompt").border_subtitle = situation.counter
        self.query_one("#deadline", Static).update(self._deadline_line(situation.left), layout=False)

    def _deadline_line(self, left: float | None) -> Content:
        if left is None or not self._span:
            return Content.styled("This question waits for you.", Tone.MUTED)
        filled = math.ceil(BAR_CELLS * min(1.0, left / self._span))
        return Content.assemble(
            ("█" * filled, Tone.LABEL),
            ("░" * (BAR_CELLS - filled), Tone.MUTED),
            (f"  {self.without_answer()} ", Tone.MUTED),
            (mm_ss(math.ceil(left)), Tone.STRONG),
        )
