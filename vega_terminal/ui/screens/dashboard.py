"""DASHBOARD: what the broker says, in seven panels, behind the gate."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from vega_terminal.ui.functions import Code
from vega_terminal.ui.house import WIDTHS
from vega_terminal.ui.screens.looking import LookingScreen
from vega_terminal.ui.views import market_boards as boards
from vega_terminal.ui.views import market_panels as kinds
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.market_facts import funds_facts, profile_facts, session_lines
from vega_terminal.ui.widgets.facts import FactList
from vega_terminal.ui.widgets.market_panel import FactsPanel, MarketPanel
from vega_terminal.ui.widgets.panel_board import BoardPanel, DatedBoardPanel
from vega_terminal.ui.widgets.session_list import SessionList

_WIDTHS: Final = [*WIDTHS, (190, "-huge")]


class DashboardScreen(LookingScreen):
    """Screen 3; one panel can have the whole body for itself."""

    CODE = Code.DASH
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "zoom", "Zoom", id="zoom", show=False, tooltip="The panel alone, or all again."),
        Binding("escape", "unzoom", "All panels", id="unzoom", show=False),
    ]

    def make_panels(self) -> tuple[MarketPanel[Any], ...]:
        """Seven, by number."""
        return (
            FactsPanel(kinds.MARKET, SessionList(()), session_lines, (), id="sessions"),
            BoardPanel(kinds.INDICES, boards.INDEX_TABLE, id="indices"),
            FactsPanel(kinds.FUNDS, FactList(numbers=True), funds_facts, (), id="funds"),
            BoardPanel(kinds.POSITIONS, boards.POSITION_TABLE, id="positions"),
            BoardPanel(kinds.HOLDINGS, boards.HOLDING_TABLE, id="holdings"),
            DatedBoardPanel(kinds.ORDERS, boards.order_table, id="orders"),
            FactsPanel(kinds.PROFILE, FactList(), profile_facts, (), id="profile"),
        )

    def compose_body(self, view: DeskView) -> ComposeResult:  # noqa: ARG002 - empty until the broker was asked
        """The panels; the stylesheet knows which of them a terminal has room for."""
        with Container(id="panels"):
            yield from self.panels

    def on_mount(self) -> None:
        """The positions take the arrow keys."""
        self.query_one("#positions", BoardPanel).take_keys()

    def on_resize(self, event: events.Resize) -> None:  # noqa: ARG002 - the frame's own handler looks at it
        """Another size may have room for other panels."""
        self.call_after_refresh(self._keep_keys)

    def go_to(self, panel: MarketPanel[Any]) -> None:
        """The keys go to `panel`; one that there is no room for is shown alone."""
        if self._zoomed is not None or not panel.display:
            self._zoom(panel)
        super().go_to(panel)

    def action_zoom(self) -> None:
        """Show the panel with the keys alone, or all panels again."""
        focused = next((panel for panel in self.panels if panel.has_focus_within), None)
        self._zoom(None if self._zoomed is not None else focused)

    def action_unzoom(self) -> None:
        """All panels again."""
        self._zoom(None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Esc leaves the zoom first; without one it leaves the screen."""
        return self._zoomed is not None if action == "unzoom" else True

    @property
    def _zoomed(self) -> MarketPanel[Any] | None:
        return next((panel for panel in self.panels if panel.has_class("-zoom")), None)

    def _zoom(self, alone: MarketPanel[Any] | None) -> None:
        for panel in self.panels:
            panel.set_class(panel is alone, "-zoom")
        self.set_class(alone is not None, "-zoomed")
        self.call_after_refresh(self._keep_keys)

    def _keep_keys(self) -> None:
        """A panel that has just been hidden gives its keys to one that can be seen."""
        hidden = any(panel.has_focus_within and not panel.display for panel in self.panels)
        if hidden or self.focused is None:
            self.query_one("#positions", BoardPanel).take_keys()
