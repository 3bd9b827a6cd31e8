"""The base of screens that ask the broker one thing again and again: W, DES, OMON and GP."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Generic, TypeVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from vega_terminal.domain.errors import BrokerError, GateShut
from vega_terminal.domain.market import Panel
from vega_terminal.domain.navigation import Area
from vega_terminal.ui.facade import Engine
from vega_terminal.ui.functions import FUNCTIONS, Code
from vega_terminal.ui.messages import Call
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.session import Session
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.market_panels import Head, Note
from vega_terminal.ui.views.market_state import ASKING, PanelFoot, panel_foot
from vega_terminal.ui.widgets.panel_head import PanelHead, PanelTrouble
from vega_terminal.ui.widgets.quote_board import QuoteBoard

T = TypeVar("T")
_GROUP = "asking"
AFTER_FAILURE = 5.0
"""Seconds from a failure to the next question; whether the broker is asked then, the engine decides."""
_STALE_INTERVALS = 4
_LEAST_STALE = 10.0
"""Seconds; nothing counts as old sooner, however often it is asked."""


class AskingScreen(DeskScreen, Generic[T]):
    """Asks only while it is looked at and the gate is open; forgets the answer when the gate closes.

    The body has a head (title, notes, age), the content of the screen, a word where there is nothing to see,
    and why there is nothing newer.

    Attributes:
        EVERY: seconds from an answer to the next question.
    """

    EVERY: ClassVar[float]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "ask_now", "Ask now", id="ask", show=False, tooltip="Ask the broker now."),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._answer: Panel[T] = Panel(interval=self.EVERY)
        self._painted: tuple[T | None, str] | None = None
        self._words = ""

    # --- what each screen tells ---------------------------------------------------------------------

    @abstractmethod
    async def ask(self, engine: Engine) -> T:
        """Ask once.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
        """

    @abstractmethod
    def compose_content(self) -> ComposeResult:
        """The widgets between head and foot."""

    @abstractmethod
    def show_answer(self, answer: T | None, foot: PanelFoot) -> None:
        """Show the answer in the content; None while there is none."""

    @abstractmethod
    def heading(self) -> str:
        """What the head begins with; safe to be shown."""

    def notes(self, answer: T) -> tuple[Note, ...]:  # noqa: ARG002 - for those who have some
        """What the head says about the answer."""
        return ()

    def empty(self, answer: T) -> str:  # noqa: ARG002 - for answers that can be empty
        """What to say when there is nothing in the answer; empty when there is something."""
        return ""

    # --- asking -------------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Looked at again: ask again."""
        self._keep_asking()

    def on_screen_suspend(self) -> None:
        """Nobody looks: ask nothing."""
        self.workers.cancel_group(self, _GROUP)

    def action_ask_now(self) -> None:
        """Ask now, whatever is under way."""
        self._keep_asking()

    def ask_anew(self) -> None:
        """Another question: what was answered says nothing of it."""
        self.forget()
        self.paint(self.session.view())
        self._keep_asking()

    def forget(self) -> None:
        """Keep nothing of what the broker said."""
        self._answer = Panel(interval=self.EVERY)

    def forget_market(self) -> None:
        """Neither screen nor boards keep anything of it."""
        self.forget()
        for board in self.query(QuoteBoard):
            board.forget()
        super().forget_market()

    @work(group=_GROUP, exclusive=True)
    async def _keep_asking(self) -> None:
        """Ask, show, wait, again; a slow answer delays the next question and never overlaps it."""
        engine = self.session.engine
        while engine is not None and await self._ask_once(engine):
            self.paint(self.session.view())
            failed = self._answer.failure is not None
            await engine.clock.sleep(max(self.EVERY, AFTER_FAILURE) if failed else self.EVERY)

    async def _ask_once(self, engine: Engine) -> bool:
        """Ask and remember the answer or why there is none; False when the gate has shut."""
        before = self._answer
        try:
            value = await self.ask(engine)
            self._answer = Panel(value, engine.clock.now(), interval=self.EVERY)
            self.session.fed_at = self._answer.fetched_at
        except BrokerError as error:
            self._answer = Panel(before.value, before.fetched_at, error.failure, self.EVERY)
        except GateShut as shut:
            self.forget()
            self.session.say(str(shut), Tone.WAIT)
            self.paint(self.session.view())
            return False
        return True

    # --- showing ------------------------------------------------------------------------------------

    @property
    def answer(self) -> T | None:
        """What the broker said last; None while there is nothing to show."""
        return self._shown(self.session.view()).value

    def compose_body(self, view: DeskView) -> ComposeResult:  # noqa: ARG002 - empty until the broker was asked
        """Head, content, foot."""
        yield PanelHead(Head(self.heading()))
        yield from self.compose_content()
        yield Static(id="nothing", markup=False)
        yield PanelTrouble(None)

    def paint_body(self, view: DeskView) -> None:
        """Show the answer, its age, and why it is not newer."""
        panel = self._shown(view)
        foot = panel_foot(panel, view.now, max(_LEAST_STALE, _STALE_INTERVALS * self.EVERY))
        notes = () if panel.value is None else self.notes(panel.value)
        age = foot.age if panel.fetched_at is not None else ""
        self.query_one(PanelHead).show(Head(self.heading(), notes, age, stale=foot.stale))
        self.query_one(PanelTrouble).show(foot.trouble)
        self._show_nothing(self._nothing(panel))
        self._show_anew(panel.value, foot)

    def show_again(self) -> None:
        """Show the present answer in another way."""
        self._painted = None
        self.paint_body(self.session.view())

    def _show_anew(self, value: T | None, foot: PanelFoot) -> None:
        """The same answer is not worked out twice."""
        painted = self._painted
        if painted is None or painted[0] is not value or painted[1] != foot.rows_age:
            self._painted = value, foot.rows_age
            self.show_answer(value, foot)

    def _shown(self, view: DeskView) -> Panel[T]:
        """Behind a shut gate nothing of the broker's stays on the screen."""
        shut = view.why_closed(Area.DASHBOARD) is not None
        return Panel(interval=self.EVERY) if shut else self._answer

    def _nothing(self, panel: Panel[T]) -> str:
        if panel.value is None:
            return "" if panel.failure else ASKING
        return self.empty(panel.value)

    def _show_nothing(self, words: str) -> None:
        if words != self._words:
            self._words = words
            nothing = self.query_one("#nothing", Static)
            nothing.display = bool(words)
            nothing.update(f" {words}", layout=False)

    def call(self, code: Code, name: str) -> None:
        """Call a function with an instrument."""
        self.post_message(Call(FUNCTIONS[code], name))
