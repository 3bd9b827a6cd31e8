"""A panel of the dashboard: content, the age of its data, and its own trouble."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from vega_terminal.ui.views.market import PanelFoot


class MarketPanel(Vertical):
    """Frame around one kind of market data."""

    def __init__(self, title: str, content: Widget, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes="panel")
        self.border_title = title
        self._content = content

    def compose(self) -> ComposeResult:
        """The content above the line for trouble."""
        yield self._content
        yield Static(classes="trouble", markup=False)

    def show_foot(self, foot: PanelFoot) -> None:
        """Show age and trouble; old data looks old."""
        self.border_subtitle = foot.age
        self.set_class(foot.stale or foot.trouble is not None, "-stale")
        trouble = self.query_one(".trouble", Static)
        trouble.display = foot.trouble is not None
        trouble.update(f"✕ {foot.trouble}" if foot.trouble else "")
