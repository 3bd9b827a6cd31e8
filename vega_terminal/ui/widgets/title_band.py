"""The band on top of every screen: function, the screens by number, and LIVE or SIMULATED."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message

from vega_terminal.ui.facade import BrokerKind
from vega_terminal.ui.functions import Code, Function
from vega_terminal.ui.views.columns import fit
from vega_terminal.ui.widgets.painted import Painted

_GAP = "   "


@dataclass(frozen=True, slots=True)
class Tab:
    """A screen that a digit calls."""

    function: Function
    is_here: bool
    is_open: bool

    @property
    def text(self) -> str:
        """As it stands in the band; a closed one has a cross."""
        name = f"{self.function.keys[0]} {self.function.label.upper()}"
        if self.is_here:
            return f" {name} "
        return name if self.is_open else f"{name} ✕"

    @property
    def style(self) -> str:
        """The present one reversed, a closed one dim."""
        if self.is_here:
            return "bold $vega-title-bg on $vega-title-fg"
        return "bold" if self.is_open else "$vega-title-dim"


@dataclass(frozen=True, slots=True)
class Title:
    """What the band shows: the function with its name, the tabs, and which broker it is."""

    code: Code
    name: str
    tabs: tuple[Tab, ...]
    broker: BrokerKind


class TitleBand(Painted[Title]):
    """Black on amber; the badge is a colour of its own so that LIVE is never overlooked."""

    @dataclass
    class TabClicked(Message):
        """Somebody clicked the tab of a screen."""

        function: Function

    def lines(self, value: Title, width: int) -> tuple[Content, ...]:
        """Function code and name on the left, screens in the middle, broker on the right.

        A name that would be cut is left out: the code says the same.
        """
        code = Content.styled(f" {value.code} ", "bold")
        badge = Content.styled(f" {value.broker} ", f"bold $vega-badge-fg on $vega-{value.broker.lower()}-bg")
        right = Content(_GAP).join([Content.styled(tab.text, tab.style) for tab in value.tabs])
        room = width - badge.cell_length - right.cell_length - 2
        named = code + f" {value.name}"
        left = named if named.cell_length < room else code
        return (fit(left, max(0, room)) + right + "  " + badge,)

    def on_click(self, event: events.Click) -> None:
        """Tell which tab was clicked."""
        at = event.get_content_offset(self)
        tabs = self._value.tabs
        widths = [len(tab.text) + len(_GAP) for tab in tabs]
        start = self.content_size.width - len(self._value.broker) - 4 - sum(widths) + len(_GAP)
        for tab, width in zip(tabs, widths, strict=True):
            if at is not None and start <= at.x < start + width:
                self.post_message(self.TabClicked(tab.function))
                return
            start += width
