"""A few sentences, each in its tone, wrapped."""

from __future__ import annotations

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import indented
from vega_terminal.ui.widgets.painted import Painted

Notes = tuple[tuple[str, Tone], ...]
"""Sentences that are safe to be shown; the first two characters are a sign and a blank."""


class NoteLines(Painted[Notes]):
    """One paragraph a note, its further lines standing under its words."""

    def lines(self, value: Notes, width: int) -> tuple[Content, ...]:
        """The notes, wrapped."""
        return tuple(line for text, tone in value for line in _paragraph(text, tone, width))


def _paragraph(text: str, tone: Tone, width: int) -> tuple[Content, ...]:
    first, *rest = indented(text[2:], tone, 2, width) or (Content("  "),)
    return (Content.styled(text[:2], tone) + first[2:], *rest)
