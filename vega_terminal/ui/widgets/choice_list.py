"""The keys of the moment: what can be done, and why the rest must wait."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.actions import Choice
from vega_terminal.ui.views.columns import indented
from vega_terminal.ui.widgets.painted import Painted

Choices = tuple[Choice, ...]
_INDENT: Final = 6


class ChoiceList(Painted[Choices]):
    """Blocked choices stay where they are, dimmed, with the reason beneath."""

    def lines(self, value: Choices, width: int) -> tuple[Content, ...]:
        """Key, label, and why not."""
        return tuple(line for choice in value for line in _lines(choice, width))


def _lines(choice: Choice, width: int) -> tuple[Content, ...]:
    if choice.blocked is None:
        return (Content.assemble((f" {choice.key:>3} ", Tone.HEADING), (f" {choice.label}", Tone.VALUE)),)
    name = Content.styled(f" {choice.key:>3}  {choice.label}", Tone.MUTED)
    return (name, *indented(f"✕ {choice.blocked}", Tone.MUTED, _INDENT, width))
