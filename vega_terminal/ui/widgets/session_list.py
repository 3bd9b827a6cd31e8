"""The session of each exchange."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.widgets.painted import Painted

_TIMES_FROM: Final = 36
Lines = tuple[tuple[str, str, str, Tone], ...]


class SessionList(Painted[Lines]):
    """One line an exchange: name, glyph and word, since when."""

    def lines(self, value: Lines, width: int) -> tuple[Content, ...]:
        """All exchanges; the time only where there is room."""
        return tuple(_line(*session, width) for session in value)


def _line(name: str, word: str, since: str, tone: Tone, width: int) -> Content:
    line = Content.assemble((f" {name:<5}", Tone.LABEL), (f"{word:<16}", tone))
    return line + Content.styled(f" {since} IST", Tone.MUTED) if width >= _TIMES_FROM else line
