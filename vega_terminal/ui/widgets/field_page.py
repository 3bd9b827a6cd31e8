"""Labels on the left, texts of any length wrapped beside them."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import fit, indented
from vega_terminal.ui.views.records import Field
from vega_terminal.ui.widgets.painted import Painted

Section = tuple[str, tuple[Field, ...]]
"""A heading (empty: none) above fields."""

Sections = tuple[Section, ...]
LABEL: Final = 18


class FieldPage(Painted[Sections]):
    """Every field in full.

    Args:
        initial: what to begin with.
        label: the cells of a label, with the gap to its text.
    """

    def __init__(self, initial: Sections, *, label: int = LABEL) -> None:
        super().__init__(initial)
        self._label = label

    def lines(self, value: Sections, width: int) -> tuple[Content, ...]:
        """Headings and fields."""
        return tuple(line for title, fields in value for line in self._section(title, fields, width))

    def _section(self, title: str, fields: tuple[Field, ...], width: int) -> tuple[Content, ...]:
        heading = (Content(""), Content.styled(title, Tone.HEADING)) if title else ()
        return (*heading, *(line for field in fields for line in self._lines_of(field, width)))

    def _lines_of(self, field: Field, width: int) -> tuple[Content, ...]:
        label, text = field
        first, *rest = indented(text, Tone.VALUE, self._label, width)
        name = fit(Content.styled(label, Tone.LABEL), self._label - 1)
        return (name + " " + first[self._label :], *rest)
