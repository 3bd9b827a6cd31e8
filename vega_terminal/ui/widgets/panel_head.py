"""The lines around the content of a panel: its head, and at its foot details and trouble."""

from __future__ import annotations

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.market_panels import Head, head_line
from vega_terminal.ui.views.market_state import Trouble, trouble_lines
from vega_terminal.ui.widgets.painted import Painted


class PanelHead(Painted[Head]):
    """Number, name, what matters most, and the age of the data."""

    def lines(self, value: Head, width: int) -> tuple[Content, ...]:
        """One line."""
        return (head_line(value, width),)


class PanelTrouble(Painted[Trouble | None]):
    """Why there is nothing newer; no line at all while all is well."""

    def lines(self, value: Trouble | None, width: int) -> tuple[Content, ...]:
        """A few lines."""
        return trouble_lines(value, width)


class PanelDetail(Painted[str]):
    """What there is no column for, of the row under the cursor; no line when there is nothing to say."""

    def lines(self, value: str, width: int) -> tuple[Content, ...]:
        """At most one line."""
        return (Content.styled(f" {value}", Tone.LABEL).truncate(width, ellipsis=True),) if value else ()
