"""A list of labels and values."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.widgets.painted import Painted

Facts = tuple[tuple[str, str], ...]
_LABEL: Final = 11
_NUMBER: Final = 16


class FactList(Painted[Facts]):
    """One line a fact; values may stand to the right as numbers do."""

    def __init__(self, initial: Facts = (), *, numbers: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(initial, id=id)
        self._numbers = numbers

    def lines(self, value: Facts, width: int) -> tuple[Content, ...]:
        """Label in amber, value in white."""
        room = max(0, width - _LABEL - 1)
        return tuple(
            Content.assemble((f" {label:<{_LABEL}}", Tone.LABEL), self._cell(text, room))
            for label, text in value
        )

    def _cell(self, text: str, room: int) -> Content:
        if self._numbers:
            number = Content.styled(text, Tone.STRONG).truncate(room, ellipsis=True)
            return " " * (min(room, _NUMBER) - number.cell_length) + number
        return Content.styled(text, Tone.VALUE).truncate(room, ellipsis=True)
