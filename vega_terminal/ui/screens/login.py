"""LOGIN: the tokens, where the login stands, and what to do now."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from vega_terminal.ui.functions import Code
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.views.actions import choices
from vega_terminal.ui.views.cooldown import countdown
from vega_terminal.ui.views.database import banner_lines
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.progress import progress_of
from vega_terminal.ui.views.slots import running_step, slot_rows
from vega_terminal.ui.widgets.choice_list import ChoiceList
from vega_terminal.ui.widgets.cooldown_panel import CooldownPanel
from vega_terminal.ui.widgets.lifecycle_strip import LifecycleStrip
from vega_terminal.ui.widgets.lock_banner import LockBanner
from vega_terminal.ui.widgets.message_list import MessageList
from vega_terminal.ui.widgets.progress_line import ProgressLine
from vega_terminal.ui.widgets.token_grid import TokenGrid


class LoginScreen(DeskScreen):
    """Screen 1; always open."""

    CODE = Code.LOGIN

    def compose_body(self, view: DeskView) -> ComposeResult:
        """Banner, lifecycle, tokens, then actions beside messages."""
        yield LockBanner()
        with Vertical(id="lifecycle", classes="panel") as lifecycle:
            lifecycle.border_title = "LIFECYCLE"
            yield LifecycleStrip(view.state)
        with Vertical(id="tokens", classes="panel") as tokens:
            tokens.border_title = "ACCESS TOKENS"
            yield ProgressLine(progress_of(view.status, view.now, lost=view.lost_since is not None))
            with VerticalScroll(id="grid"):
                yield TokenGrid(slot_rows(view.status, view.now, lost=view.lost_since is not None))
            yield Static(id="step", markup=False)
        with Horizontal(id="foot"):
            with Vertical(id="side"):
                yield CooldownPanel()
                with VerticalScroll(id="choices", classes="panel") as panel:
                    panel.border_title = "WHAT YOU CAN DO"
                    yield ChoiceList(choices(view, self.CODE))
            yield MessageList()

    @on(TokenGrid.Opened)
    def _open_slot(self, event: TokenGrid.Opened) -> None:
        from vega_terminal.ui.modals.slot_page import page_of  # noqa: PLC0415 - the first frame needs it not

        self.app.push_screen(page_of(self.session, event.slot))

    def paint_body(self, view: DeskView) -> None:
        """Show `view`."""
        self.query_one(LockBanner).show(view.status.database)
        self.set_class(bool(banner_lines(view.status.database)), "-locked")
        self.query_one(LifecycleStrip).show(view.state)
        lost = view.lost_since is not None
        self.query_one(ProgressLine).show(progress_of(view.status, view.now, lost=lost))
        self.query_one(TokenGrid).show(slot_rows(view.status, view.now, lost=lost))
        self.query_one(ChoiceList).show(choices(view, self.CODE))
        self.query_one(MessageList).show(view.messages)
        self._paint_step(running_step(view.status))
        waiting = countdown(view.status, view.now)
        self.query_one(CooldownPanel).show(waiting)
        self.set_class(waiting is not None, "-cooling")

    def _paint_step(self, step: str | None) -> None:
        line = self.query_one("#step", Static)
        line.set_class(step is None, "-idle")
        line.update(f"▸ {step}" if step else "", layout=False)
