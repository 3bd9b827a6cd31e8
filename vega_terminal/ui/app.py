"""The App: puts session, engine, prompts, screens and keys together, and decides nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.worker import Worker, WorkerCancelled, WorkerFailed

from vega_terminal.clock import Clock, SystemClock
from vega_terminal.domain.events import Event, GateClosed
from vega_terminal.domain.navigation import Area
from vega_terminal.ui.engine_room import EngineRoom
from vega_terminal.ui.facade import AppInfo, EngineFactory
from vega_terminal.ui.house import HouseApp
from vega_terminal.ui.late_screens import account_screen, dashboard_screen
from vega_terminal.ui.modals.confirm import ConfirmModal
from vega_terminal.ui.modals.help import HelpModal
from vega_terminal.ui.modals.prompt import PromptModal
from vega_terminal.ui.prompts import PromptBroker
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.screens.login import LoginScreen
from vega_terminal.ui.session import Session
from vega_terminal.ui.terminal_title import TerminalTitle
from vega_terminal.ui.views.actions import blocked_by_key
from vega_terminal.ui.views.desk_view import Phase
from vega_terminal.ui.views.questions import LEAVE_HELD, LEAVE_RUN, REARM, STOP_RUN, Question

SECOND_PRESS: Final = 5.0
EXIT_NOT_STARTED: Final = 3
_KEY_OF: Final = {"generate": "g", "verify": "v"}
_KEY_OF_AREA: Final = {Area.LOGIN.value: "1", Area.ACCOUNT.value: "2", Area.DASHBOARD.value: "3"}


class VegaApp(HouseApp, inherit_bindings=False):
    """The full-screen terminal.

    Args:
        info: what is known before anything runs.
        engine_factory: makes the engine; entered after the first frame.
        clock: the clock until the engine brings its own.
        ticking: whether the clocks on the screen run; tests turn that off and call `repaint`.
    """

    TITLE = "VEGA Terminal"
    DEFAULT_MODE = "LOGIN"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "generate", "Generate", id="generate", tooltip="Generate what is missing or refused"),
        Binding("v", "verify", "Verify", id="verify", tooltip="Ask the broker about every token"),
        Binding("1", "show_area('LOGIN')", "Login", id="login"),
        Binding("2", "show_area('ACCOUNT')", "Account", id="account"),
        Binding("3,d", "show_area('DASHBOARD')", "Dashboard", id="dashboard"),
        Binding("question_mark,f1", "help", "Help", id="help", key_display="?"),
        Binding("escape", "back", "Back", id="back", show=False),
        Binding("ctrl+q", "quit", "Quit", id="quit", priority=True),
        Binding("ctrl+c", "help_quit", show=False, system=True),
    ]

    def __init__(
        self,
        info: AppInfo,
        engine_factory: EngineFactory,
        *,
        clock: Clock | None = None,
        ticking: bool = True,
    ) -> None:
        super().__init__()
        self.session = Session(info, clock or SystemClock())
        self.prompts = PromptBroker(self)
        self._room = EngineRoom(engine_factory, self.prompts, self.session, self._changed)
        self._ticking = ticking
        self._engine_life: Worker[None] | None = None
        self._paint_is_due = False
        self._paint_trouble: str | None = None
        self._last_ctrl_c: float | None = None
        self._window_title = TerminalTitle(self)
        self.add_mode(Area.LOGIN, partial(LoginScreen, self.session))
        self.add_mode(Area.ACCOUNT, partial(account_screen, self.session))
        self.add_mode(Area.DASHBOARD, partial(dashboard_screen, self.session))

    def on_mount(self) -> None:
        """Paint first; the engine and everything that it imports come after."""
        self._window_title.remember()
        self.call_after_refresh(self._open_engine)
        if self._ticking:
            self.set_interval(1.0, self.tick, name="clocks")

    def on_unmount(self) -> None:
        """Leave the terminal as it was."""
        self._window_title.restore()

    def _open_engine(self) -> None:
        self._engine_life = self.run_worker(self._room.live(), name="engine", group="engine")

    # --- painting ---------------------------------------------------------------------------------

    def _changed(self, event: Event | None) -> None:
        """Many events between two frames cost one paint."""
        if isinstance(event, GateClosed):
            self.notify(safe_text(event.why), title="The dashboard closed", severity="error", markup=False)
        if not self._paint_is_due:
            self._paint_is_due = True
            self.call_later(self.repaint)

    def tick(self) -> None:
        """Repaint once a second; a timer's error would end the App, perhaps in the middle of a login."""
        try:
            self.repaint()
            self._paint_trouble = None
        except Exception as error:  # noqa: BLE001 - told once, and the next second tries again
            trouble = safe_text(f"{type(error).__name__}: {error}")
            if trouble != self._paint_trouble:
                self.notify(trouble, title="The screen could not be drawn", severity="error", markup=False)
            self._paint_trouble = trouble

    def repaint(self) -> None:
        """Show the present view on every screen that can be seen; leave a screen that has closed."""
        self._paint_is_due = False
        view = self.session.view()
        if view.why_closed(Area(self.current_mode)) is not None:
            self._leave_closed_screen()
        for screen in self.screen_stack:
            if isinstance(screen, (DeskScreen, PromptModal, ConfirmModal)) and screen.is_mounted:
                screen.paint(view)

    def _leave_closed_screen(self) -> None:
        """Back to LOGIN, once no question is on the screen: it would stay behind, unseen."""
        if self.prompts.open or self.holds_prompts_back:
            return
        if isinstance(self.screen, HelpModal):
            self.screen.dismiss()
        self.switch_mode(Area.LOGIN)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What does nothing now is dimmed, not hidden."""
        key = _KEY_OF_AREA.get(str(parameters[0])) if action == "show_area" else _KEY_OF.get(action)
        return None if key is not None and key in blocked_by_key(self.session.view()) else True

    # --- intents ----------------------------------------------------------------------------------

    def action_generate(self) -> None:
        """Begin a run; when sign-ins are spent, ask a person for their word instead."""
        if self.session.spent():
            self._confirm(REARM, self._rearm)
        else:
            self._room.generate()

    def action_verify(self) -> None:
        """Verify every token."""
        self.run_worker(self._room.verify(), group="verify", exclusive=True)

    def action_show_area(self, area: str) -> None:
        """Go to a screen that is open; never while a question is on the screen (it would be hidden)."""
        if not self.prompts.open:
            self.switch_mode(Area(area))

    def action_help(self) -> None:
        """Help above the present screen."""
        self.push_screen(HelpModal())

    async def action_back(self) -> None:
        """Back to LOGIN; there it stops a run, after asking. Never quits."""
        if self.current_mode != Area.LOGIN:
            self.action_show_area(Area.LOGIN)
        elif self.session.running:
            self._confirm(STOP_RUN, self._stop_run)

    async def action_quit(self) -> None:
        """Leave; a live run is asked about first, and a second time means at once."""
        if self.session.phase is Phase.CLOSING:
            self.exit()
        elif isinstance(self.screen, ConfirmModal):
            return
        elif self.session.running:
            self._confirm(LEAVE_RUN, self._leave)
        elif self.session.status.pending_persist:
            self._confirm(LEAVE_HELD, self._leave)
        else:
            self._leave()

    def action_help_quit(self) -> None:
        """The first ctrl+c tells how to leave, a second one soon after leaves."""
        now = self.session.clock.monotonic()
        if self._last_ctrl_c is not None and now - self._last_ctrl_c <= SECOND_PRESS:
            self.run_worker(self.action_quit(), group="quit")
        else:
            self._last_ctrl_c = now
            self.notify("ctrl+c again, or ctrl+q, leaves.", title="Leave?", markup=False)

    def _confirm(self, question: Question, then: Callable[[], None]) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                then()
            self.later(self.prompts.sync)

        self.push_screen(ConfirmModal(question), answered)

    def _rearm(self) -> None:
        self.run_worker(self._room.rearm(), group="rearm", exclusive=True)

    def _stop_run(self) -> None:
        self.run_worker(self._room.stop_run(), group="stop", exclusive=True)

    def _leave(self) -> None:
        failed = self.session.phase is Phase.FAILED
        self.session.phase = Phase.CLOSING
        self.repaint()
        self.run_worker(self._close(EXIT_NOT_STARTED if failed else 0), group="quit")

    async def _close(self, return_code: int) -> None:
        """End the engine with all that it holds, then the App."""
        if self._engine_life is not None and not self._engine_life.is_finished:
            self._engine_life.cancel()
            try:
                await self._engine_life.wait()
            except (WorkerCancelled, WorkerFailed) as end:
                self.log(f"engine: {end}")
        self.exit(return_code=return_code)

    # --- what prompts need of the App -------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """The clock by which deadlines run."""
        return self.session.clock

    @property
    def holds_prompts_back(self) -> bool:
        """A question of the operator's own comes first, so that its `y` never answers another one."""
        return isinstance(self.screen, ConfirmModal)

    def later(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Run `callback` on the message loop."""
        self.call_later(callback)

    async def open_prompt(self, modal: PromptModal[Any]) -> None:
        """Call the operator and show the question."""
        if isinstance(self.screen, HelpModal):
            await self.screen.dismiss()
        await self.push_screen(modal)
        self.bell()
        self._window_title.show(f"VEGA Terminal: {modal.TITLE}")

    def prompt_closed(self) -> None:
        """The call is over; a screen that closed meanwhile is left now."""
        self._window_title.show(self.TITLE or "")
        self.repaint()
