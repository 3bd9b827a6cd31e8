"""The token grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from vega_terminal.ui.views.grid import grid_lines, slot_at
from vega_terminal.ui.views.slots import SlotRow
from vega_terminal.ui.widgets.painted import Painted

Rows = tuple[SlotRow, ...]


class TokenGrid(Painted[Rows], can_focus=True):
    """One line a slot: name, verdict, times, and what goes on or why it failed. Enter tells all of a slot."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("home", "move(-99)", "First", show=False),
        Binding("end", "move(99)", "Last", show=False),
        Binding("enter", "open", "Slot", id="slot", tooltip="Everything about the marked slot"),
    ]

    @dataclass
    class Opened(Message):
        """Somebody wants to know everything about a slot."""

        slot: str

    def __init__(self, initial: Rows) -> None:
        super().__init__(initial)
        self._cursor = 0

    def lines(self, value: Rows, width: int) -> tuple[Content, ...]:
        """Heading and rows; the mark only while the keys come here."""
        return grid_lines(value, width, self._cursor if self.has_focus else None)

    def action_move(self, by: int) -> None:
        """Mark another slot."""
        self._cursor = min(max(0, self._cursor + by), len(self._value) - 1)
        self.refresh()

    def action_open(self) -> None:
        """Ask for everything about the marked slot."""
        self.post_message(self.Opened(self._value[self._cursor].name))

    def on_click(self, event: events.Click) -> None:
        """Mark the slot; a second click opens it."""
        at = event.get_content_offset(self)
        slot = None if at is None else slot_at(len(self._value), self.content_size.width, at.x, at.y)
        if slot is not None:
            self._cursor = slot
            self.refresh()
            if event.chain > 1:
                self.action_open()
