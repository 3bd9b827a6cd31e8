"""The base of the widgets: one immutable value in, lines of text out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

V = TypeVar("V")


class Painted(Widget, Generic[V]):
    """Shows one immutable value; showing an equal one again costs nothing."""

    def __init__(self, initial: V, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._value = initial

    @abstractmethod
    def lines(self, value: V, width: int) -> Sequence[Content]:
        """The value as lines for `width` cells."""

    def show(self, value: V) -> None:
        """Show `value` from now on; only a change of height moves the neighbours."""
        if value == self._value:
            return
        width = self.content_size.width
        before = len(self.lines(self._value, width))
        self._value = value
        self.refresh(layout=len(self.lines(value, width)) != before)

    def render(self) -> Content:
        """The present value in the present width."""
        return Content("\n").join(self.lines(self._value, self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """The lines of the present value in the width that the layout is about to give."""
        return len(self.lines(self._value, width))
