"""The session of each exchange."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import row
from vega_terminal.ui.views.market_facts import SessionLine
from vega_terminal.ui.widgets.painted import Painted

_NAME: Final = 6
_SINCE: Final = 9
_LONGEST_WORD: Final = 18
Lines = tuple[SessionLine, ...]


class SessionList(Painted[Lines]):
    """One line an exchange: name, glyph and word, since when."""

    def lines(self, value: Lines, width: int) -> tuple[Content, ...]:
        """All exchanges."""
        widths = (_NAME, min(_LONGEST_WORD, max(0, width - _NAME - _SINCE)), _SINCE)
        return tuple(row(_cells(session), widths) for session in value)


def _cells(session: SessionLine) -> tuple[Content, ...]:
    return (
        Content.styled(f" {session.exchange}", Tone.LABEL),
        Content.styled(session.word, session.tone),
        Content.styled(f"{session.since} IST", Tone.MUTED),
    )
