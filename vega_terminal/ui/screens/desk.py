"""The frame around every screen: title band above, hint, status line and keys below."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Footer, Static

from vega_terminal.domain.navigation import Area
from vega_terminal.ui.session import Session
from vega_terminal.ui.views.actions import blocked_by_key, hint
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.widgets.status_bar import StatusBar
from vega_terminal.ui.widgets.title_band import Title, TitleBand
from vega_terminal.ui.widgets.too_small import TooSmall


class DeskScreen(Screen[None]):
    """A screen that is painted from a `DeskView` whenever something changed."""

    AREA: ClassVar[Area]
    NAME: ClassVar[str]
    AUTO_FOCUS = ""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._blocked: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """The frame around the body."""
        view = self.session.view()
        yield TooSmall()
        yield TitleBand(self._title(view))
        with Container(id="body"):
            yield from self.compose_body(view)
        yield Static(id="hint", markup=False)
        yield StatusBar(view)
        yield Footer(show_command_palette=False)

    @abstractmethod
    def compose_body(self, view: DeskView) -> ComposeResult:
        """The widgets of this screen."""

    @abstractmethod
    def paint_body(self, view: DeskView) -> None:
        """Show `view` in the widgets of this screen."""

    def paint(self, view: DeskView) -> None:
        """Show `view` in frame and body."""
        self.query_one(TitleBand).show(self._title(view))
        self.query_one("#hint", Static).update(f"▸ {hint(view, self.AREA)}", layout=False)
        self.query_one(StatusBar).show(view)
        self.paint_body(view)
        blocked = blocked_by_key(view)
        if blocked.keys() != self._blocked.keys():
            self.refresh_bindings()
        self._blocked = blocked

    def on_screen_resume(self) -> None:
        """While hidden nothing was painted."""
        self.paint(self.session.view())

    def on_key(self, event: events.Key) -> None:
        """A key that does nothing now tells why."""
        reason = self._blocked.get(event.key)
        if reason is not None:
            event.stop()
            self.notify(reason, title="Not now", severity="warning", markup=False)

    def _title(self, view: DeskView) -> Title:
        return Title(self.AREA, self.NAME, view.areas, view.info.broker)
