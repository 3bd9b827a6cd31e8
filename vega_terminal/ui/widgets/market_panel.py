"""A panel of market data: head, content, what is missing, and its own trouble."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from vega_terminal.domain.market import Dashboard
from vega_terminal.ui.views.market_panels import Head, Note, PanelKind
from vega_terminal.ui.views.market_state import ASKING, PanelFoot, panel_foot
from vega_terminal.ui.widgets.painted import Painted
from vega_terminal.ui.widgets.panel_head import PanelHead, PanelTrouble

T = TypeVar("T")
V = TypeVar("V")


class MarketPanel(Vertical, Generic[T]):
    """Shows one part of the dashboard. Nothing is worked out while it cannot be seen, or twice.

    Args:
        kind: which part.
        content: takes the keys of this panel.
    """

    def __init__(self, kind: PanelKind[T], content: Widget, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.kind = kind
        self._content = content
        self._head = Head(f"{kind.number} {kind.name}")
        self._latest: tuple[Dashboard, datetime] | None = None
        self._filled: tuple[T | None, str] | None = None
        self._words = ""

    def compose(self) -> ComposeResult:
        """Head, content, a word where there is nothing, trouble."""
        yield PanelHead(self._head)
        yield self._content
        yield Static(classes="nothing", markup=False)
        yield PanelTrouble(None)

    def show(self, seen: Dashboard, now: datetime) -> None:
        """Show what was seen, at `now`; a panel that cannot be seen only keeps it, or forgets with it."""
        self._latest = seen, now
        if self.display or self.kind.of(seen).value is None:
            self._paint()

    def take_keys(self) -> None:
        """The keys go to this panel."""
        self._content.focus(scroll_visible=False)

    def on_show(self) -> None:
        """It can be seen again."""
        self._paint()

    @on(events.DescendantFocus)
    @on(events.DescendantBlur)
    def _tell_keys(self) -> None:
        """The head tells where the keys go."""
        self._show_head(replace(self._head, focused=self.has_focus_within))

    @abstractmethod
    def _fill(self, value: T | None, rows_age: str) -> None:
        """Put `value` into the content; `rows_age` tells how old rows are once that matters."""

    def _refill(self) -> None:
        """Put the present value into the content once more, in another way."""
        self._filled = None
        self._paint()

    def _paint(self) -> None:
        if self._latest is None:
            return
        seen, now = self._latest
        panel = self.kind.of(seen)
        foot = panel_foot(panel, now, self.kind.limit)
        self._fill_anew(panel.value, foot.rows_age)
        self.set_class(not panel.value, "-empty")
        self._show_nothing(self._nothing(panel.value, foot))
        self.query_one(PanelTrouble).show(foot.trouble)
        age = foot.age if panel.fetched_at is not None else ""
        self._show_head(replace(self._head, notes=self._notes(panel.value), age=age, stale=foot.stale))

    def _fill_anew(self, value: T | None, rows_age: str) -> None:
        """The same value is not worked out twice."""
        filled = self._filled
        if filled is None or filled[0] is not value or filled[1] != rows_age:
            self._fill(value, rows_age)
            self._filled = value, rows_age

    def _notes(self, value: T | None) -> tuple[Note, ...]:
        """What the head says about the value."""
        return () if value is None else self.kind.notes(value)

    def _nothing(self, value: T | None, foot: PanelFoot) -> str:
        """What to say where there is nothing to see; empty when there is something."""
        if value is None:
            return "" if foot.trouble else ASKING
        return "" if value else self.kind.empty

    def _show_nothing(self, words: str) -> None:
        if words != self._words:
            self._words = words
            self.set_class(bool(words), "-nothing")
            self.query_one(".nothing", Static).update(words, layout=False)

    def _show_head(self, head: Head) -> None:
        self._head = head
        self.query_one(PanelHead).show(head)


class FactsPanel(MarketPanel[T], Generic[T, V]):
    """A panel of a few lines, which scroll where there is no room.

    Args:
        kind: which part of the dashboard.
        lines: the widget that shows them.
        view: from the broker's value to that of the widget.
        blank: what the widget shows without a value.
    """

    def __init__(
        self,
        kind: PanelKind[T],
        lines: Painted[V],
        view: Callable[[T], V],
        blank: V,
        *,
        id: str,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(kind, VerticalScroll(lines), id=id)
        self._lines = lines
        self._view = view
        self._blank = blank

    def _fill(self, value: T | None, rows_age: str) -> None:  # noqa: ARG002 - the head tells the age
        self._lines.show(self._blank if value is None else self._view(value))
