"""The base of screens that show what the broker says of market and account."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from vega_terminal.domain.errors import GateShut
from vega_terminal.domain.market import Dashboard
from vega_terminal.domain.navigation import Area
from vega_terminal.ui.functions import FUNCTIONS, Code
from vega_terminal.ui.messages import Call
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.session import Session
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.widgets.market_panel import MarketPanel
from vega_terminal.ui.widgets.panel_board import BoardPanel
from vega_terminal.ui.widgets.quote_board import QuoteBoard

REFRESH_SECONDS = 5.0
"""From an answer to the next question; the engine decides which panels are asked then."""
_GROUP = "market"


class LookingScreen(DeskScreen):
    """Asks the broker only while it is looked at and the gate is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "look", "Ask now", id="look", show=False, tooltip="Ask the broker now."),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.panels = self.make_panels()
        self._is_asking = False

    @abstractmethod
    def make_panels(self) -> tuple[MarketPanel[Any], ...]:
        """The panels, in the order in which tab goes through them."""

    def on_screen_resume(self) -> None:
        """Looked at again: ask again."""
        self._keep_looking()

    def on_screen_suspend(self) -> None:
        """Nobody looks: ask nothing."""
        self.workers.cancel_group(self, _GROUP)

    def action_look(self) -> None:
        """Ask now, unless that is being done."""
        if not self._is_asking:
            self._keep_looking()

    @work(group=_GROUP, exclusive=True)
    async def _keep_looking(self) -> None:
        """Ask, show, wait, again; a slow answer delays the next question and never overlaps it."""
        engine = self.session.engine
        while engine is not None and await self._look():
            self.paint(self.session.view())
            await engine.clock.sleep(REFRESH_SECONDS)

    async def _look(self) -> bool:
        """Ask once; False when the gate has shut. The session keeps what was seen."""
        engine = self.session.engine
        if engine is None:
            return False
        self._is_asking = True
        try:
            self.session.dashboard = await engine.look()
        except GateShut as shut:
            self.session.dashboard = Dashboard()
            self.session.say(str(shut), Tone.WAIT)
            return False
        finally:
            self._is_asking = False
        return True

    def forget_market(self) -> None:
        """The boards keep nothing of it either."""
        for board in self.query(QuoteBoard):
            board.forget()
        super().forget_market()

    def seen(self, view: DeskView) -> Dashboard:
        """What was seen of the market; behind a shut gate nothing of the broker's stays on the screen."""
        shut = view.why_closed(Area.DASHBOARD) is not None
        return Dashboard() if shut else view.dashboard

    def paint_body(self, view: DeskView) -> None:
        """Show the panels."""
        for panel in self.panels:
            panel.show(self.seen(view), view.now)

    def pick(self, number: int) -> str | None:
        """Go to a panel by its number."""
        panel = next((panel for panel in self.panels if panel.kind.number == number), None)
        if panel is None:
            return f"There is no panel {number}: they have the numbers 1 to {len(self.panels)}."
        self.go_to(panel)
        return None

    def go_to(self, panel: MarketPanel[Any]) -> None:
        """The keys go to `panel`."""
        self.call_after_refresh(panel.take_keys)

    @on(BoardPanel.InstrumentWanted)
    def _describe(self, event: BoardPanel.InstrumentWanted) -> None:
        """Call the description of the instrument."""
        self.post_message(Call(FUNCTIONS[Code.DES], event.name))
