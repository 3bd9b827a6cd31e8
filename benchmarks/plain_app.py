"""The yardstick of an idle and of a quick terminal: a plain Textual app with a clock, panels and help."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from vega_terminal.ui.theme import AMBER, TOKENS

READY = "PLAIN"


class Panels(Screen[None]):
    """A title with a clock above panels that take the focus."""

    AUTO_FOCUS = ""
    CSS = """
    Panels { background: $background; }
    #title { height: 1; background: $vega-title-bg; color: $vega-title-fg; }
    VerticalScroll { height: 1fr; border: solid $vega-rule; &:focus { border: solid $vega-label; } }
    """
    NAME: ClassVar[str]

    def compose(self) -> ComposeResult:
        yield Static(self.NAME, id="title", markup=False)
        for number in range(3):
            panel = VerticalScroll(Static("some words\n" * 8, markup=False))
            panel.border_title = f"PANEL {number}"
            yield panel

    def on_mount(self) -> None:
        self.set_interval(1.0, self._show_time)

    def _show_time(self) -> None:
        if self.is_current:
            self.query_one("#title", Static).update(f"{self.NAME} {datetime.now(UTC):%H:%M:%S}", layout=False)


class First(Panels):
    NAME = f"{READY} ONE"


class Second(Panels):
    NAME = f"{READY} TWO"


class Help(ModalScreen[None]):
    CSS = """
    Help { background: $vega-veil; align: center middle; }
    #help { width: 80; height: 20; border: solid $vega-label; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "dismiss", "Close", show=False)]

    def compose(self) -> ComposeResult:
        yield Static("what the keys do\n" * 8, id="help", markup=False)


class PlainApp(App[None]):
    MODES: ClassVar[dict[str, Any]] = {"one": First, "two": Second}
    DEFAULT_MODE = "one"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "switch_mode('one')", "One", show=False),
        Binding("2", "switch_mode('two')", "Two", show=False),
        Binding("question_mark", "help", "Help", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(AMBER)
        self.theme = AMBER.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return TOKENS

    def action_help(self) -> None:
        self.push_screen(Help())


if __name__ == "__main__":
    PlainApp().run()
