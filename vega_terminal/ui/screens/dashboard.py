"""DASHBOARD: what the broker says, behind the gate."""

from __future__ import annotations

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal

from vega_terminal.domain.errors import GateShut
from vega_terminal.domain.market import Dashboard
from vega_terminal.domain.navigation import Area
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.market import (
    funds_facts,
    panel_foot,
    position_rows,
    profile_facts,
    session_lines,
    total_gain,
)
from vega_terminal.ui.widgets.facts import FactList
from vega_terminal.ui.widgets.market_panel import MarketPanel
from vega_terminal.ui.widgets.positions_table import PositionsTable
from vega_terminal.ui.widgets.session_list import SessionList

REFRESH_SECONDS = 5.0
_GROUP = "market"


class DashboardScreen(DeskScreen):
    """Screen 3; asks the broker only while it is looked at and the gate is open."""

    AREA = Area.DASHBOARD
    NAME = "Market and account"

    def compose_body(self, view: DeskView) -> ComposeResult:  # noqa: ARG002 - empty until the broker was asked
        """Three small panels above the positions."""
        with Horizontal(id="top"):
            yield MarketPanel("MARKET", SessionList(()), id="sessions")
            yield MarketPanel("FUNDS", FactList(numbers=True), id="funds")
            yield MarketPanel("PROFILE", FactList(), id="profile")
        yield MarketPanel("POSITIONS", PositionsTable(), id="positions")

    def on_mount(self) -> None:
        """The positions take the arrow keys."""
        self.query_one(PositionsTable).focus()

    def on_screen_resume(self) -> None:
        """Looked at again: ask again."""
        super().on_screen_resume()
        self._keep_looking()

    def on_screen_suspend(self) -> None:
        """Nobody looks: ask nothing."""
        self.workers.cancel_group(self, _GROUP)

    @work(group=_GROUP, exclusive=True)
    async def _keep_looking(self) -> None:
        """Ask, show, wait, again; a slow answer delays the next question and never overlaps it."""
        engine = self.session.engine
        while engine is not None:
            try:
                self.session.dashboard = await engine.look()
            except GateShut as shut:
                self.session.dashboard = Dashboard()
                self.session.say(str(shut), Tone.WAIT)
                return
            self.paint(self.session.view())
            await engine.clock.sleep(REFRESH_SECONDS)

    def paint_body(self, view: DeskView) -> None:
        """Show the panels; behind a shut gate nothing of the broker's stays on the screen."""
        shut = view.why_closed(Area.DASHBOARD) is not None
        data = Dashboard() if shut else view.dashboard
        self.query_one(SessionList).show(session_lines(data.sessions.value or ()))
        self._facts("#funds").show(funds_facts(data.funds.value) if data.funds.value else ())
        self._facts("#profile").show(profile_facts(data.profile.value) if data.profile.value else ())
        self._paint_positions(data)
        for name, panel in (
            ("#sessions", data.sessions),
            ("#funds", data.funds),
            ("#profile", data.profile),
            ("#positions", data.positions),
        ):
            self.query_one(name, MarketPanel).show_foot(panel_foot(panel, view.now))

    def _paint_positions(self, data: Dashboard) -> None:
        positions = data.positions.value or ()
        self.query_one(PositionsTable).show(position_rows(positions))
        words, _ = total_gain(positions)
        title = f"POSITIONS  {len(positions)}   TOTAL P&L {words}" if positions else "POSITIONS  none"
        self.query_one("#positions", MarketPanel).border_title = title

    def _facts(self, panel: str) -> FactList:
        return self.query_one(panel, MarketPanel).query_one(FactList)
