"""The line under a list where a filter or a time is typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from vega_terminal.ui.widgets.plain_input import PlainInput

LONGEST: Final = 60


class Purpose(Enum):
    """What is typed, and how it begins."""

    FILTER = "/"
    TIME = "t"


class FilterInput(PlainInput):
    """The field."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Clear", show=False)]

    class Left(Message):
        """Whoever typed wants nothing of it."""

    def __init__(self) -> None:
        super().__init__(max_length=LONGEST, select_on_focus=False, compact=True, classes="typed")
        self.can_focus = False

    def action_leave(self) -> None:
        """Forget what was typed."""
        self.post_message(self.Left())


class FilterLine(Horizontal):
    """Hidden until it is opened; a filter that stands stays readable after the keys have gone elsewhere."""

    @dataclass
    class Typed(Message):
        """What stands in the field has changed."""

        purpose: Purpose
        text: str

    @dataclass
    class Entered(Message):
        """Enter was pressed."""

        purpose: Purpose
        text: str

    class Cleared(Message):
        """Esc was pressed; nothing is wanted any more."""

    _HINTS: ClassVar = {
        Purpose.FILTER: "words, all of them; !word leaves out",
        Purpose.TIME: "a time in IST such as 09:15",
    }

    def __init__(self) -> None:
        super().__init__(classes="filter-line")
        self.display = False
        self._purpose = Purpose.FILTER
        self._told = ""

    def compose(self) -> ComposeResult:
        """Mark, field, what came of it."""
        yield Static(classes="mark", markup=False)
        yield FilterInput()
        yield Static(classes="told", markup=False)

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self._field.value

    def open(self, purpose: Purpose, text: str = "") -> None:
        """Take the keys."""
        self._purpose = purpose
        self.query_one(".mark", Static).update(f"{purpose.value} ")
        self._field.placeholder = self._HINTS[purpose]
        self._field.can_focus = True
        self._field.value = text
        self._field.cursor_position = len(text)
        self.display = True
        self.screen.set_focus(self._field, scroll_visible=False)

    @property
    def filters(self) -> bool:
        """Whether it stands there with words of a filter, and not with a time."""
        return bool(self.display) and self._purpose is Purpose.FILTER

    @property
    def is_typing(self) -> bool:
        """Whether the keys belong into the field."""
        return self._field.can_focus

    def type(self, character: str) -> None:
        """Take a key that was on its way to the list when the line was opened."""
        self._field.insert_text_at_cursor(character)

    async def takes(self, event: events.Key) -> bool:
        """Take a key that was on its way to the list when the line was opened; False when it is not for it.

        Bindings hear of a key only after it has passed every parent. Whoever types `/primary` at once has
        sent all of it by then.
        """
        if event.key == "enter":
            await self.enter()
        elif event.character is not None and event.is_printable:
            self.type(event.character)
        else:
            return False
        return True

    async def enter(self) -> None:
        """Take what stands in the field."""
        await self._field.action_submit()

    def rest(self) -> None:
        """Give the keys away and keep what was typed in sight."""
        self._field.can_focus = False

    def close(self) -> None:
        """Give the keys away and forget what was typed."""
        self.rest()
        self._field.value = ""
        self.display = False

    def tell(self, words: str) -> None:
        """Say what came of it."""
        if words == self._told:
            return
        self._told = words
        self.query_one(".told", Static).update(words)

    @on(Input.Changed)
    def _tell_typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_typing:
            self.post_message(self.Typed(self._purpose, event.value))

    @on(Input.Submitted)
    def _tell_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(self._purpose, event.value))

    @on(FilterInput.Left)
    def _tell_cleared(self, event: FilterInput.Left) -> None:
        event.stop()
        self.post_message(self.Cleared())

    @property
    def _field(self) -> FilterInput:
        return self.query_one(FilterInput)
