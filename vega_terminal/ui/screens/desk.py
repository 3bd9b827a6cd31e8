"""The frame around every screen: title band and command line above, hint, status line and keys below."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from vega_terminal.ui.functions import FUNCTIONS, Code, tabs
from vega_terminal.ui.messages import Call
from vega_terminal.ui.session import Session
from vega_terminal.ui.toasts import toast
from vega_terminal.ui.views.actions import blocked_by_key, choices, hint, why_blocked
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.go import Pick, Refused, completions, understand
from vega_terminal.ui.widgets.choice_list import ChoiceList
from vega_terminal.ui.widgets.command_line import CommandLine, GoInput
from vega_terminal.ui.widgets.completion_list import CompletionList
from vega_terminal.ui.widgets.key_footer import KeyFooter
from vega_terminal.ui.widgets.status_bar import StatusBar
from vega_terminal.ui.widgets.title_band import Tab, Title, TitleBand
from vega_terminal.ui.widgets.too_small import TooSmall

ROOMY_FROM: Final = 110
"""Columns from which the keys at the foot stand apart."""


class DeskScreen(Screen[None]):
    """A screen that is painted from a `DeskView` whenever something changed."""

    CODE: ClassVar[Code]
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "colon,semicolon", "type_function", "Go to", id="go", key_display=":", tooltip="Type a function"
        ),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._blocked: dict[str, str] = {}
        self._hint = ""
        session.when_gate_closes(self.forget_market)

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        view = self.session.view()
        yield TooSmall()
        yield TitleBand(self._title(view))
        yield CommandLine()
        yield CompletionList()
        with Container(id="body"):
            yield from self.compose_body(view)
        yield Static(id="hint", markup=False)
        yield StatusBar(view)
        yield KeyFooter(compact=self.app.size.width < ROOMY_FROM)

    @abstractmethod
    def compose_body(self, view: DeskView) -> ComposeResult:
        """The widgets of this screen."""

    @abstractmethod
    def paint_body(self, view: DeskView) -> None:
        """Show `view` in the widgets of this screen."""

    def take(self, argument: str) -> str | None:
        """Use what was typed beside the function; returns why that is not possible."""
        return f"{self.CODE} takes nothing beside it; {argument} was not used."

    def pick(self, number: int) -> str | None:
        """Take entry `number` of this screen's menu; returns why that is not possible."""
        offered = choices(self.session.view(), self.CODE)
        if not 1 <= number <= len(offered):
            return f"There is no entry {number} on this screen."
        self.post_message(Call(offered[number - 1].function))
        return None

    def paint(self, view: DeskView) -> None:
        """Show `view` in frame and body."""
        self.query_one(TitleBand).show(self._title(view))
        self._show_hint(hint(view, self.CODE))
        self.query_one(StatusBar).show(view)
        self.paint_body(view)
        blocked = blocked_by_key(view)
        if blocked.keys() != self._blocked.keys():
            self.refresh_bindings()
        self._blocked = blocked

    def forget_market(self) -> None:
        """The gate has closed: what was painted of the broker's is painted over, seen or not."""
        if self.is_mounted:
            self.paint(self.session.view())

    def _show_hint(self, words: str) -> None:
        """Only news is sent to the terminal, which may be far away."""
        if words != self._hint:
            self._hint = words
            self.query_one("#hint", Static).update(f"▸ {words}", layout=False)

    def on_screen_resume(self) -> None:
        """While hidden nothing was painted.

        Textual calls the handlers of all base classes, this one last: a screen's own never calls it.
        """
        self.paint(self.session.view())

    async def on_key(self, event: events.Key) -> None:
        """What a binding would learn too late: it hears of a key only after all that were typed with it.

        A key that does nothing now tells why. A colon or a capital letter begins a function, and whatever is
        on its way past the line belongs into it.
        """
        if await self._takes(event):
            event.stop()

    async def _takes(self, event: events.Key) -> bool:
        character = event.character or ""
        if self._line.is_typing:
            return await self._takes_typed(event)
        if event.key in self._blocked:
            self.refuse(self._blocked[event.key])
        elif character in (":", ";") and character:
            self._line.open()
        elif character.isascii() and character.isupper():
            self._line.open(character)
        else:
            return False
        return True

    async def _takes_typed(self, event: events.Key) -> bool:
        if event.key == "enter":
            await self._line.enter()
        elif event.key == "escape":
            self._leave_line()
        elif event.character is not None and event.is_printable:
            self._line.type(event.character)
        else:
            return False
        return True

    def on_resize(self, event: events.Resize) -> None:
        """The keys move together where there is little room."""
        self.query_one(KeyFooter).compact = event.size.width < ROOMY_FROM

    def refuse(self, why: str) -> None:
        """Tell why nothing happens; what was typed may stand in it."""
        toast(self, why, "Not now", "warning")

    def focus_part(self, selector: str) -> None:
        """Give the keys to a part of this screen."""
        self.query_one(selector).focus()

    # --- the command line -------------------------------------------------------------------------

    def action_type_function(self) -> None:
        """The keys go into the command line."""
        self._line.open()

    @on(CommandLine.Typed)
    def _complete(self, event: CommandLine.Typed) -> None:
        view = self.session.view()
        self._completions.offer(completions(event.line, lambda function: why_blocked(function, view)))

    @on(GoInput.Choose)
    def _choose(self, event: GoInput.Choose) -> None:
        self._completions.move(event.by)

    @on(GoInput.Complete)
    def _take_over(self) -> None:
        chosen = self._completions.chosen
        if chosen is not None:
            self._line.replace(chosen.text)

    @on(CompletionList.Clicked)
    def _go_to_clicked(self) -> None:
        chosen = self._completions.chosen
        if chosen is not None:
            self._go(chosen.text)

    @on(CommandLine.Entered)
    def _go_to_entered(self, event: CommandLine.Entered) -> None:
        """What was typed, when it is a function; otherwise the marked completion."""
        chosen = self._completions.chosen
        typed = isinstance(understand(event.line), Refused) and chosen is not None
        self._go(chosen.text if typed and chosen is not None else event.line)

    @on(GoInput.Left)
    @on(GoInput.Blurred)
    def _leave_line(self) -> None:
        self._line.close()
        self._completions.offer(())

    def _go(self, line: str) -> None:
        self._leave_line()
        if not line.strip():
            return
        meant = understand(line)
        if isinstance(meant, Refused):
            self.refuse(meant.why)
        elif isinstance(meant, Pick):
            refused = self.pick(meant.number)
            if refused is not None:
                self.refuse(refused)
        else:
            self.post_message(Call(meant.function, meant.argument))

    @on(TitleBand.TabClicked)
    def _call_tab(self, event: TitleBand.TabClicked) -> None:
        self.post_message(Call(event.function))

    @on(ChoiceList.Chosen)
    def _call_choice(self, event: ChoiceList.Chosen) -> None:
        self.post_message(Call(event.function))

    @property
    def _line(self) -> CommandLine:
        return self.query_one(CommandLine)

    @property
    def _completions(self) -> CompletionList:
        return self.query_one(CompletionList)

    def _title(self, view: DeskView) -> Title:
        shown = tuple(
            Tab(one, is_here=one.code is self.CODE, is_open=why_blocked(one, view) is None) for one in tabs()
        )
        return Title(self.CODE, FUNCTIONS[self.CODE].name, shown, view.info.broker)
