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

_WINDOW_HERE: Final = "Go to the browser window that VEGA Terminal opened; the sign-in page is in front."
_WINDOW_THERE: Final = (
    "Go to the server's machine: the browser window is there, with the sign-in page in front."
)
_SOLVE: Final = (
    "Solve the CAPTCHA there, by hand. Touch nothing else on the page.",
    "Come back here and press d. Usually the page is seen by itself first.",
)
_NO_WINDOW_HERE: Final = "The browser has no window on this machine, so nobody can see the CAPTCHA."
_NO_WINDOW_THERE: Final = "The browser has no window on the server's machine, so nobody can see the CAPTCHA."
_GIVE_UP: Final = "Press x: this slot is given up, the others are not touched."
_DISPLAY_HERE: Final = (
    "Start VEGA Terminal where there is a display, without VEGA_HEADLESS=true, and generate again."
)
_DISPLAY_THERE: Final = (
    "Start the server where there is a display, without VEGA_HEADLESS=true, and generate again."
)


def _steps(*, shown: bool, elsewhere: bool) -> tuple[str, ...]:
    """What to do, by whether the browser has a window and whether it is on another machine."""
    if shown:
        return (_WINDOW_THERE if elsewhere else _WINDOW_HERE, *_SOLVE)
    if elsewhere:
        return (_NO_WINDOW_THERE, _GIVE_UP, _DISPLAY_THERE)
    return (_NO_WINDOW_HERE, _GIVE_UP, _DISPLAY_HERE)


class CaptchaModal(PromptModal[bool]):
    """Tells what to do and in which window, and takes the operator's word for it."""

    TITLE = "CAPTCHA: A PERSON IS NEEDED"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,y,enter", "done", "Solved", id="prompt.yes", key_display="d/y"),
        Binding("x,n,escape", "give_up", "Give this slot up", id="prompt.no", key_display="x/esc"),
    ]

    def __init__(self, prompt: CaptchaPrompt, situation: Callable[[], Situation], *, elsewhere: bool) -> None:
        super().__init__(situation, prompt.timeout)
        self._prompt = prompt
        self._elsewhere = elsewhere

    def compose_question(self) -> ComposeResult:
        """What to do, step by step."""
        yield Static(self._question(), id="question", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Nobody can solve what has no window; that key is not offered then."""
        return action != "done" or self._prompt.window_shown

    def action_done(self) -> None:
        """It is solved; the page decides whether that is so."""
        self.give(True)  # noqa: FBT003 - the answer itself

    def action_give_up(self) -> None:
        """This slot gets no token now; the others are not touched."""
        self.give(False)  # noqa: FBT003 - the answer itself

    def _question(self) -> Content:
        steps = _steps(shown=self._prompt.window_shown, elsewhere=self._elsewhere)
        lines = [Content.assemble((self._prompt.slot, Tone.HEADING), (" waits at a CAPTCHA.", Tone.STRONG))]
        lines += [
            Content.assemble((f"{number}) ", Tone.LABEL), (step, Tone.VALUE))
            for number, step in enumerate(steps, 1)
        ]
        return Content("\n").join(lines)
