"""The command line under the title: a function, Enter, and one is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from vega_terminal.ui.widgets.plain_input import PlainInput

LONGEST: Final = 60
_IDLE: Final = ":  type a function"
_TYPING: Final = "Enter GO · tab complete · ↑↓ choose · Esc leave"


class GoInput(PlainInput):
    """The field. Keys that choose among completions leave it as messages; the rest is typing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("tab", "complete", "Complete", show=False),
        Binding("down", "choose(1)", "Next", show=False),
        Binding("up", "choose(-1)", "Previous", show=False),
    ]

    @dataclass
    class Choose(Message):
        """Another completion is wanted."""

        by: int

    class Complete(Message):
        """The chosen completion is wanted in the field."""

    class Left(Message):
        """The operator is done with the line."""

    def __init__(self) -> None:
        super().__init__(id="go", placeholder=_IDLE, max_length=LONGEST, select_on_focus=False, compact=True)
        self.can_focus = False

    async def on_key(self, event: events.Key) -> None:
        """GO counts where it was pressed: as a binding it would come after letters that were typed later."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            await self.action_submit()

    def action_leave(self) -> None:
        """Forget what was typed."""
        self.post_message(self.Left())

    def action_complete(self) -> None:
        """Take the chosen completion over."""
        self.post_message(self.Complete())

    def action_choose(self, by: int) -> None:
        """Mark another completion."""
        self.post_message(self.Choose(by))


class CommandLine(Horizontal):
    """One line: what is typed, and beside it what the keys do. Enter posts `Entered` and empties it."""

    @dataclass
    class Typed(Message):
        """The line has changed."""

        line: str

    @dataclass
    class Entered(Message):
        """GO was pressed."""

        line: str

    def __init__(self) -> None:
        super().__init__(id="command-line")
        self._had_keys: Widget | None = None

    def compose(self) -> ComposeResult:
        """Mark, field, help."""
        yield Static("▸", id="go-mark", markup=False)
        yield GoInput()
        yield Static(id="go-keys", markup=False)

    @property
    def is_typing(self) -> bool:
        """Whether the keys go into the line, also those that are still on their way."""
        return self._field.can_focus

    def open(self, first: str = "") -> None:
        """Take the keys, beginning with `first`."""
        if not self.is_typing:
            self._had_keys = self.screen.focused
        self._field.can_focus = True
        self.screen.set_focus(self._field, scroll_visible=False)
        self._field.value = first
        self._field.cursor_position = len(first)
        self.query_one("#go-keys", Static).update(_TYPING)
        self.post_message(self.Typed(first))

    def type(self, character: str) -> None:
        """Take a character that was typed before the field had the keys."""
        self._field.insert_text_at_cursor(character)

    async def enter(self) -> None:
        """GO, pressed before the field had the keys."""
        await self._field.action_submit()

    def replace(self, line: str) -> None:
        """Put a completion in place of what was typed."""
        self._field.value = f"{line} "
        self._field.cursor_position = len(self._field.value)

    def close(self) -> None:
        """Give the keys back to what had them, and forget the line."""
        if self._field.has_focus:
            self.screen.set_focus(self._had_keys, scroll_visible=False)
        self._field.value = ""
        self._field.can_focus = False
        self.query_one("#go-keys", Static).update("")

    @on(Input.Changed)
    def _tell_typed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_typing:
            self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _tell_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered(event.value))

    @on(events.Click)
    def _take_a_click(self) -> None:
        if not self.is_typing:
            self.open()

    @property
    def _field(self) -> GoInput:
        return self.query_one(GoInput)
