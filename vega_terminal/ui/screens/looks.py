"""THEME: the looks to choose from, a sample of each colour, and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from vega_terminal.ui.functions import FUNCTIONS, Code
from vega_terminal.ui.looks import CHOICES, Look
from vega_terminal.ui.messages import Call
from vega_terminal.ui.own_keys import OwnKeys
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.looks import foot_line, key_lines, sample_lines
from vega_terminal.ui.widgets.look_list import LookList
from vega_terminal.ui.widgets.painted import Painted

if TYPE_CHECKING:
    from vega_terminal.ui.house import HouseApp


class LookSample(Painted[None]):
    """Every colour with its meaning."""

    def lines(self, value: None, width: int) -> tuple[Content, ...]:  # noqa: ARG002 - it has no value
        """The sample in the present colours."""
        return sample_lines(width)


class KeyList(Painted[OwnKeys]):
    """Every function with its keys."""

    def lines(self, value: OwnKeys, width: int) -> tuple[Content, ...]:
        """One line a function."""
        return key_lines(value, width)


class LooksScreen(DeskScreen):
    """Always open; a choice counts at once."""

    CODE = Code.THEME
    AUTO_FOCUS = "LookList"

    def compose_body(self, view: DeskView) -> ComposeResult:
        """Choices beside their sample, keys beneath."""
        preferences = view.info.preferences
        with Horizontal(id="looks"):
            with VerticalScroll(id="look-choices", classes="panel", can_focus=False) as choices:
                choices.border_title = "LOOK"
                choices.border_subtitle = "Enter chooses"
                yield LookList(self._look)
            with VerticalScroll(id="look-sample", classes="panel", can_focus=False) as sample:
                sample.border_title = "SAMPLE"
                yield LookSample(None)
        with VerticalScroll(id="look-keys", classes="panel") as keys:
            keys.border_title = "KEYS"
            yield KeyList(preferences.keys)
        file = None if preferences.file is None else safe_text(str(preferences.file))
        yield Static(
            foot_line(file, preferences.keys, coloured=not self.app.no_color), id="look-file", markup=False
        )

    def paint_body(self, view: DeskView) -> None:  # noqa: ARG002 - it shows the App's looks, no state
        """Mark the look that is worn."""
        self.query_one(LookList).wear(self._look)

    def pick(self, number: int) -> str | None:
        """Choose by number."""
        if not 1 <= number <= len(CHOICES):
            return f"There is no look {number} on this screen."
        self.post_message(Call(FUNCTIONS[self.CODE], CHOICES[number - 1].word))
        return None

    @on(LookList.Chosen)
    def _choose_look(self, event: LookList.Chosen) -> None:
        self.post_message(Call(FUNCTIONS[self.CODE], event.word))

    @property
    def _look(self) -> Look:
        return cast("HouseApp", self.app).look
