"""The numbered menu of a screen: what can be done, and why the rest must wait."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message

from vega_terminal.ui.functions import Function
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.actions import Choice
from vega_terminal.ui.views.columns import indented
from vega_terminal.ui.widgets.painted import Painted

Choices = tuple[Choice, ...]
_INDENT = 8


class ChoiceList(Painted[Choices]):
    """Blocked choices stay where they are, dimmed, with the reason beneath. A click calls one."""

    @dataclass
    class Chosen(Message):
        """Somebody clicked a choice."""

        function: Function

    def lines(self, value: Choices, width: int) -> tuple[Content, ...]:
        """Number, key, label, and why not."""
        return tuple(line for lines in _blocks(value, width) for line in lines)

    def on_click(self, event: events.Click) -> None:
        """Call the choice on whose lines somebody clicked."""
        at = event.get_content_offset(self)
        if at is None:
            return
        row = at.y
        for choice, lines in zip(self._value, _blocks(self._value, self.content_size.width), strict=True):
            if row < len(lines):
                self.post_message(self.Chosen(choice.function))
                return
            row -= len(lines)


def _blocks(choices: Choices, width: int) -> tuple[tuple[Content, ...], ...]:
    return tuple(_block(number, choice, width) for number, choice in enumerate(choices, 1))


def _block(number: int, choice: Choice, width: int) -> tuple[Content, ...]:
    if choice.blocked is None:
        line = Content.assemble(
            (f" {number}) ", Tone.LABEL), (f"{choice.key:<3} ", Tone.HEADING), (choice.label, Tone.VALUE)
        )
        return (line,)
    name = Content.styled(f" {number}) {choice.key:<3} {choice.label}", Tone.MUTED)
    return (name, *indented(f"✕ {choice.blocked}", Tone.MUTED, _INDENT, width))
