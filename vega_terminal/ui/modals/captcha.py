"""A CAPTCHA calls a person to the browser; nothing is bypassed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from vega_terminal.engine.ports import CaptchaPrompt
from vega_terminal.ui.modals.prompt import PromptModal, Situation
from vega_terminal.ui.theme import Tone

_STEPS: Final = (
    "Go to the browser window that VEGA Terminal opened; the sign-in page is in front.",
    "Solve the CAPTCHA there, by hand. Touch nothing else on the page.",
    "Come back here and press d. Usually the page is seen by itself first.",
)
_NO_WINDOW: Final = (
    "The browser has no window on this machine, so nobody can see the CAPTCHA.",
    "Press x: this slot is given up, the others are not touched.",
    "Start VEGA Terminal where there is a display, without VEGA_HEADLESS=true, and generate again.",
)


class CaptchaModal(PromptModal[bool]):
    """Tells what to do and in which window, and takes the operator's word for it."""

    TITLE = "CAPTCHA: A PERSON IS NEEDED"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,y,enter", "done", "Solved", id="prompt.yes", key_display="d/y"),
        Binding("x,n,escape", "give_up", "Give this slot up", id="prompt.no", key_display="x/esc"),
    ]

    def __init__(self, prompt: CaptchaPrompt, situation: Callable[[], Situation]) -> None:
        super().__init__(situation, prompt.timeout)
        self._prompt = prompt

    def compose_question(self) -> ComposeResult:
        """What to do, step by step."""
        yield Static(self._question(), id="question", markup=False)

    def action_done(self) -> None:
        """It is solved; the page decides whether that is so."""
        self.give(True)  # noqa: FBT003 - the answer itself

    def action_give_up(self) -> None:
        """This slot gets no token now; the others are not touched."""
        self.give(False)  # noqa: FBT003 - the answer itself

    def _question(self) -> Content:
        steps = _STEPS if self._prompt.window_shown else _NO_WINDOW
        lines = [Content.assemble((self._prompt.slot, Tone.HEADING), (" waits at a CAPTCHA.", Tone.STRONG))]
        lines += [
            Content.assemble((f"{number}) ", Tone.LABEL), (step, Tone.VALUE))
            for number, step in enumerate(steps, 1)
        ]
        return Content("\n").join(lines)
