"""PORTFOLIO: positions and holdings in full, and what they come to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from textual.app import ComposeResult

from vega_terminal.ui.functions import Code
from vega_terminal.ui.screens.looking import LookingScreen
from vega_terminal.ui.views import market_boards as boards
from vega_terminal.ui.views import market_panels as kinds
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.market_totals import Totals, totals_of
from vega_terminal.ui.widgets.market_panel import MarketPanel
from vega_terminal.ui.widgets.panel_sorting import SortedPanel
from vega_terminal.ui.widgets.panel_totals import TotalsStrip


class PortfolioScreen(LookingScreen):
    """Totals above two tables."""

    CODE = Code.PORT

    def make_panels(self) -> tuple[MarketPanel[Any], ...]:
        """Two, by number."""
        return (
            SortedPanel(replace(kinds.POSITIONS, number=1), boards.POSITION_TABLE, id="positions"),
            SortedPanel(replace(kinds.HOLDINGS, number=2), boards.HOLDING_TABLE, id="holdings"),
        )

    def compose_body(self, view: DeskView) -> ComposeResult:  # noqa: ARG002 - empty until the broker was asked
        """Totals, positions, holdings."""
        yield TotalsStrip(Totals())
        yield from self.panels

    def on_mount(self) -> None:
        """The positions take the keys."""
        self.panels[0].take_keys()

    def paint_body(self, view: DeskView) -> None:
        """Show totals and panels."""
        super().paint_body(view)
        self.query_one(TotalsStrip).show(totals_of(self.seen(view)))
