"""Text in columns of fixed width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content

from vega_terminal.ui.theme import Tone


def fit(cell: Content, width: int) -> Content:
    """`cell` in exactly `width` cells, cut with an ellipsis or filled up."""
    return cell.truncate(width, ellipsis=True, pad=True)


def row(cells: Iterable[Content], widths: Sequence[int]) -> Content:
    """One line; a column of width 0 is left out."""
    return Content("").join(fit(cell, width) for cell, width in zip(cells, widths, strict=True) if width)


def heading(titles: Iterable[str], widths: Sequence[int]) -> Content:
    """The line above the columns."""
    return row((Content.styled(title, Tone.LABEL) for title in titles), widths)


def indented(text: str, tone: Tone, indent: int, width: int) -> tuple[Content, ...]:
    """`text` wrapped so that every line starts at `indent`."""
    margin = Content(" " * indent)
    wrapped = Content.styled(text, tone).wrap(max(1, width - indent))
    return tuple(margin + line.rstrip() for line in wrapped)
