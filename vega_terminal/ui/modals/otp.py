"""The one-time password: six digits, sent as soon as the sixth is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import OtpPrompt
from vega_terminal.ui.modals.prompt import PromptModal, Situation
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone

DIGITS: Final = 6


class DigitsInput(Input):
    """Takes digits only; a pasted `123-456` or `123 456` loses what is none."""

    def __init__(self, count: int) -> None:
        super().__init__(restrict=r"[0-9]*", max_length=count, id="digits", placeholder="·" * count)

    def insert_text_at_cursor(self, text: str) -> None:
        """Insert the digits of `text`."""
        super().insert_text_at_cursor("".join(char for char in text if char in "0123456789"))


class OtpModal(PromptModal[Secret | None]):
    """Asks for the OTP that the broker sent or that the authenticator shows."""

    TITLE = "ONE-TIME PASSWORD"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "decline", "No OTP, stop this sign-in", id="prompt.no", key_display="esc"),
    ]

    def __init__(self, prompt: OtpPrompt, situation: Callable[[], Situation]) -> None:
        super().__init__(situation, prompt.timeout)
        self._prompt = prompt

    def compose_question(self) -> ComposeResult:
        """Whose phone, for which slot, and the field."""
        yield Static(self._question(), id="question", markup=False)
        yield DigitsInput(DIGITS)
        yield Static(self._advice(), id="advice", markup=False)

    def on_mount(self) -> None:
        """The field takes the keys."""
        self.query_one(DigitsInput).focus()

    @on(Input.Changed)
    def _complete(self, event: Input.Changed) -> None:
        """Six digits are the answer; a wrong one is never tried twice, so nothing is sent earlier."""
        event.stop()
        if len(event.value) == DIGITS:
            self.give(Secret(event.value))

    def action_decline(self) -> None:
        """Nobody has the OTP."""
        self.give(None)

    def _question(self) -> Content:
        return Content.assemble(
            ("Type the six digits for ", Tone.VALUE),
            (safe_text(self._prompt.identity.label, 24), Tone.HEADING),
            (" (sign-in for ", Tone.VALUE),
            (self._prompt.slot, Tone.HEADING),
            (").", Tone.VALUE),
        )

    def _advice(self) -> Content:
        return Content.styled(
            "From the SMS or the authenticator app. It is sent with the sixth digit, once. "
            "You may type it into the browser instead: this question then goes away.",
            Tone.MUTED,
        )
