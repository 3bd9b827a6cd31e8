"""What a half-typed line of the command line could become."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.content import Content
from textual.message import Message

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import fit
from vega_terminal.ui.views.go import Completion
from vega_terminal.ui.widgets.painted import Painted

MOST: Final = 10
_CODE: Final = 16
_CURSOR: Final = "on $vega-cursor"
Offer = tuple[tuple[Completion, ...], int]
NOTHING: Final[Offer] = ((), 0)


class CompletionList(Painted[Offer]):
    """Hangs below the command line while somebody types; one line a function, the chosen one marked."""

    class Clicked(Message):
        """Somebody clicked a completion; it is the chosen one now."""

    def __init__(self) -> None:
        super().__init__(NOTHING, id="completions")
        self.display = False

    @property
    def chosen(self) -> Completion | None:
        """The completion under the mark."""
        found, at = self._value
        return found[at] if found else None

    def offer(self, found: tuple[Completion, ...]) -> None:
        """Show these, the first one marked."""
        self.display = bool(found)
        self.show((found[:MOST], 0))

    def move(self, by: int) -> None:
        """Mark another one."""
        found, at = self._value
        if found:
            self.show((found, (at + by) % len(found)))

    def on_click(self, event: events.Click) -> None:
        """A click chooses."""
        at = event.get_content_offset(self)
        found, _ = self._value
        if at is not None and at.y < len(found):
            self.show((found, at.y))
            self.post_message(self.Clicked())

    def lines(self, value: Offer, width: int) -> tuple[Content, ...]:
        """Code and what it does, or why it does nothing now."""
        found, at = value
        return tuple(_line(one, index == at, width) for index, one in enumerate(found))


def _line(one: Completion, marked: bool, width: int) -> Content:
    what = f"✕ {one.blocked}" if one.blocked else one.function.summary
    tone = Tone.MUTED if one.blocked else Tone.VALUE
    line = Content.assemble(
        ("▸ " if marked else "  ", Tone.HEADING),
        fit(Content.styled(one.text, Tone.MUTED if one.blocked else Tone.HEADING), _CODE),
        (what, tone),
    )
    line = fit(line, width)
    return line.stylize(_CURSOR) if marked else line
