"""Everything about one record, above the list that it stands in."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from vega_terminal.ui.modals.passing import PassingModal
from vega_terminal.ui.views.records import Record, Steps
from vega_terminal.ui.widgets.field_page import FieldPage, Sections
from vega_terminal.ui.widgets.key_footer import KeyFooter


class RecordDetails(PassingModal):
    """A page about one record of a list, from which one steps to its neighbours.

    Args:
        title: of the frame.
        steps: goes through the list beneath, whose cursor moves with it.
        record: what to begin with.
    """

    AUTO_FOCUS = "#details"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", "Close", id="details.close", key_display="esc"),
        Binding("j,right", "step(1)", "Next", id="details.next", key_display="j"),
        Binding("k,left", "step(-1)", "Previous", id="details.previous", key_display="k"),
    ]

    def __init__(self, title: str, steps: Steps, record: Record) -> None:
        super().__init__()
        self._title = title
        self._steps = steps
        self._record = record
        self._is_left = False

    @property
    def record(self) -> Record:
        """What the page is about now."""
        return self._record

    def sections(self) -> Sections:
        """What there is to say about the present record."""
        return (("", self._record.fields()),)

    def compose(self) -> ComposeResult:
        """The page; what is longer than the screen scrolls."""
        with VerticalScroll(id="details") as frame:
            frame.border_title = self._title
            frame.border_subtitle = self._steps.place
            yield FieldPage(self.sections())
        yield KeyFooter()

    def action_step(self, by: int) -> None:
        """To the next or previous record, as the list shows them."""
        record = self._steps.step(by)
        if record is not None:
            self._record = record
            self.show_page()
            self.query_one("#details").scroll_home(animate=False)

    def action_close(self) -> None:
        """Back to the list."""
        self.dismiss()

    def show_page(self) -> None:
        """Show what is known of the present record."""
        self.query_one(FieldPage).show(self.sections())
        self.query_one("#details").border_subtitle = self._steps.place

    def on_screen_suspend(self) -> None:
        """The screen beneath may be left at any moment, as when the gate closes."""
        self._is_left = self not in self.app.screen_stack

    def on_screen_resume(self) -> None:
        """Whoever comes back to that screen later wants the screen, not an old page above it."""
        if self._is_left:
            self.dismiss()
