"""The looks that can be chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from vega_terminal.ui.looks import CHOICES, Look
from vega_terminal.ui.views.looks import LookMenu, menu_blocks
from vega_terminal.ui.widgets.painted import Painted


class LookList(Painted[LookMenu], can_focus=True):
    """A numbered list; Enter, Space or a click chooses."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("home", "move(-99)", "First", show=False),
        Binding("end", "move(99)", "Last", show=False),
        Binding("enter,space", "choose", "Choose", id="look.choose", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """Somebody wants this look."""

        word: str

    def __init__(self, look: Look) -> None:
        super().__init__(LookMenu(look))

    def lines(self, value: LookMenu, width: int) -> tuple[Content, ...]:
        """A block for each choice."""
        blocks = menu_blocks(value, width, active=self.has_focus)
        return tuple(line for block in blocks for line in block)

    def wear(self, look: Look) -> None:
        """Mark what belongs to this look."""
        self.show(replace(self._value, look=look))

    def action_move(self, by: int) -> None:
        """Another choice."""
        at = min(max(0, self._value.cursor + by), len(CHOICES) - 1)
        self.show(replace(self._value, cursor=at))

    def action_choose(self) -> None:
        """The one under the cursor."""
        self.post_message(self.Chosen(CHOICES[self._value.cursor].word))

    def on_click(self, event: events.Click) -> None:
        """The one on whose lines somebody clicked."""
        at = event.get_content_offset(self)
        if at is None:
            return
        row = at.y
        for number, block in enumerate(menu_blocks(self._value, self.content_size.width, active=True)):
            if row < len(block):
                self.show(replace(self._value, cursor=number))
                self.action_choose()
                return
            row -= len(block)
