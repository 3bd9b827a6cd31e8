"""The App: puts session, engine, prompts, screens and keys together, and decides nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.widgets import Input

from vega_terminal.clock import Clock, SystemClock
from vega_terminal.ui import first_frame
from vega_terminal.ui.backstage import EngineFactory
from vega_terminal.ui.engine_room import EngineRoom
from vega_terminal.ui.facade import AppInfo
from vega_terminal.ui.functions import FUNCTIONS, Code
from vega_terminal.ui.house import HouseApp
from vega_terminal.ui.intents import Intents
from vega_terminal.ui.keys import function_bindings
from vega_terminal.ui.late_screens import function_provider, look_provider, screen_makers
from vega_terminal.ui.leaving import Leaving
from vega_terminal.ui.look_keeper import LookKeeper
from vega_terminal.ui.messages import Call
from vega_terminal.ui.modals.own_question import OwnQuestion, modal_for
from vega_terminal.ui.modals.passing import PassingModal
from vega_terminal.ui.modals.prompt import PromptModal
from vega_terminal.ui.navigator import Navigator
from vega_terminal.ui.painting import Painting
from vega_terminal.ui.prompts import PromptBroker
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.session import Session
from vega_terminal.ui.terminal_title import TerminalTitle
from vega_terminal.ui.toasts import toast
from vega_terminal.ui.views.actions import why_blocked
from vega_terminal.ui.views.questions import Question


class VegaApp(HouseApp, inherit_bindings=False):
    """The full-screen terminal.

    Args:
        info: what is known before anything runs.
        engine_factory: makes the engine; entered after the first frame.
        clock: the clock until the engine brings its own.
        ticking: whether the clocks on the screen run; tests turn that off and call `repaint`.
    """

    TITLE = "VEGA Terminal"
    DEFAULT_MODE = Code.LOGIN.value
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {
        function_provider,
        look_provider,
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *function_bindings(),
        Binding("escape", "back", "Back", id="back", show=False),
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
        super().__init__(info.preferences)
        self.session = Session(info, clock or SystemClock())
        self.prompts = PromptBroker(self)
        self.navigator = Navigator(self, self.session)
        self._room = EngineRoom(engine_factory, self.prompts, self.session, self._changed, self._announce)
        self._intents = Intents(self, self.navigator, self._room, self.session)
        self._leaving = Leaving(self.session)
        self._looks = LookKeeper(self, info.preferences.file)
        self._ticking = ticking
        self._painting = Painting(self)
        self._window_title = TerminalTitle(self)
        for mode, maker in screen_makers(self.session):
            self.add_mode(mode, maker)

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
        first_frame.is_there()
        self.load_later_looks()
        self._leaving.lives(self.run_worker(self._room.live(), name="engine", group="engine"))

    # --- painting ---------------------------------------------------------------------------------

    def _changed(self, why_closed: str | None) -> None:
        if why_closed is not None:
            toast(self, why_closed, "The dashboard closed", "error")
        self._painting.soon()

    def _announce(self, how_it_ended: str) -> None:
        """On LOGIN the grid and the messages tell it."""
        if self.navigator.here is not Code.LOGIN:
            toast(self, how_it_ended, "Done")

    def tick(self) -> None:
        """Paint the clocks; called once a second."""
        self._painting.each_second()

    def repaint(self) -> None:
        """Show the present view now."""
        self._painting.now()

    # --- intents ----------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What does nothing now is dimmed, not hidden."""
        if action != "call":
            return True
        return True if why_blocked(FUNCTIONS[Code(str(parameters[0]))], self.session.view()) is None else None

    def action_call(self, code: str) -> None:
        """Call a function by its key."""
        self._call(Call(FUNCTIONS[Code(code)]))

    async def action_back(self) -> None:
        """One step back."""
        self._intents.back()

    def action_help_quit(self) -> None:
        """The first ctrl+c tells how to leave, a second one soon after leaves."""
        if self._leaving.twice():
            self.leave()
        else:
            toast(self, "ctrl+c again, or ctrl+q, leaves.", "Leave?")

    @on(Call)
    def _call(self, event: Call) -> None:
        refused = self._intents.call(event.function, event.argument)
        if refused is not None:
            toast(self, refused, "Not now", "warning")

    # --- what intents need of the App -------------------------------------------------------------

    @property
    def holds_screen(self) -> bool:
        """Whether a question is on the screen, which would stay behind, unseen."""
        return self.prompts.open or self.holds_prompts_back

    def show_screen(self, code: Code) -> None:
        """Show the screen of a function."""
        self.switch_mode(code.value)

    def focus_part(self, selector: str) -> None:
        """Give the keys to a part of the present screen, once that is shown."""
        self.call_later(self._focus_part, selector)

    def _focus_part(self, selector: str) -> None:
        if isinstance(self.screen, DeskScreen):
            self.screen.focus_part(selector)

    def hand_over(self, argument: str) -> str | None:
        """Give what was typed beside a function to the present screen."""
        return self.screen.take(argument) if isinstance(self.screen, DeskScreen) else None

    def help(self) -> None:
        """Help above the present screen."""
        from vega_terminal.ui.help_desk import help_for  # noqa: PLC0415 - loaded when asked
        from vega_terminal.ui.modals.help import HelpModal  # noqa: PLC0415 - loaded when asked

        backstage = self.session.backstage
        write_bundle = None if backstage is None else backstage.write_bundle
        help_text = help_for(self.screen, self.navigator.here, self.session.info.preferences.keys)
        self.push_screen(HelpModal(help_text, write_bundle))

    def choose_look(self, word: str) -> str | None:
        """Change theme or market colours; returns why nothing was changed."""
        return self._looks.choose(word)

    def confirm(self, question: Question, then: Callable[[], None]) -> None:
        """Ask something of the operator's own; prompts wait until it is answered."""

        def answered(yes: bool | None) -> None:
            if yes:
                then()
            self.later(self.prompts.sync)

        self.push_screen(modal_for(question), answered)

    def leave(self) -> None:
        """Leave; what is live is asked about first, and a second time means at once."""
        question = self._leaving.question
        if self._leaving.begun:
            self.exit()
        elif isinstance(self.screen, OwnQuestion):
            return
        elif question is not None:
            self.confirm(question, self.end)
        else:
            self.end()

    def end(self) -> None:
        """Leave without asking: what runs is ended cleanly."""
        code = self._leaving.begin()
        self.repaint()
        self.run_worker(self._close(code), group="quit")

    def hang_up(self) -> None:
        """Leave without a question: nobody is there to answer it."""
        if not self._leaving.begun:
            self.end()

    async def _close(self, return_code: int) -> None:
        trouble = await self._leaving.end_engine()
        if trouble is not None:
            self.log(f"engine: {trouble}")
        self.exit(return_code=return_code)

    # --- what prompts need of the App -------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """The clock by which deadlines run."""
        return self.session.clock

    @property
    def holds_prompts_back(self) -> bool:
        """A question of the operator's own comes first, so that its `y` never answers another one."""
        return isinstance(self.screen, OwnQuestion)

    def later(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Run `callback` on the message loop."""
        self.call_later(callback)

    async def open_prompt(self, modal: PromptModal[Any]) -> None:
        """Call the operator and show the question."""
        if isinstance(self.screen, PassingModal):
            await self.screen.dismiss()
        if isinstance(self.focused, Input):
            modal.wait_for_hands(self.clock)
        await self.push_screen(modal)
        self.bell()
        self._window_title.show(f"VEGA Terminal: {modal.TITLE}")

    def prompt_closed(self) -> None:
        """The call is over; a screen that closed meanwhile is left now."""
        self._window_title.show(self.TITLE or "")
        self.repaint()
