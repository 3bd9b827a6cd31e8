"""A list of records, painted line by line: as fast with twenty thousand of them as with twenty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.visual import Visual

from vega_terminal.ui.views.records import Column, Filter, Record
from vega_terminal.ui.views.records_lines import Look, empty_line, heading_line, record_line
from vega_terminal.ui.views.records_shown import ShownRecords
from vega_terminal.ui.widgets.cursor_view import HEADING, CursorView


class RecordList(CursorView):
    """One line a record under a heading; only what can be seen is ever painted.

    Args:
        columns: of each record.
        follows: whether the newest record, the last one, stays in view until somebody moves away from it.
        empty: what to say when there is no record to be shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", id="records.up", show=False),
        Binding("down,j", "move(1)", "Down", id="records.down", show=False),
        Binding("pageup", "page(-1)", "Page up", id="records.page_up", show=False),
        Binding("pagedown", "page(1)", "Page down", id="records.page_down", show=False),
        Binding("home", "first", "First", id="records.first", show=False),
        Binding("end", "last", "Last", id="records.last", show=False),
        Binding("enter", "open", "Details", id="records.open", show=False),
    ]

    class Moved(Message):
        """The cursor stands on another record, or other records are shown."""

    class Opened(Message):
        """Enter, or a click on the record under the cursor."""

        def __init__(self, record: Record) -> None:
            super().__init__()
            self.record = record

    def __init__(self, columns: Sequence[Column], *, follows: bool, empty: str) -> None:
        super().__init__()
        self.state = ShownRecords()
        self._columns = tuple(columns)
        self._follows = follows
        self._empty = empty
        self._strips: dict[tuple[int, bool], Strip] = {}

    # --- what is shown ----------------------------------------------------------------------------

    def show(self, records: Sequence[Record]) -> None:
        """Show these records, oldest first; cursor and view stay on what they are on."""
        is_in_view = self._is_in_view(self.state.cursor)
        follows = self._follows and self.state.is_at_last and is_in_view
        line = self.state.cursor - self.scroll_offset.y
        self.state.replace(records)
        if follows:
            self.state.put_cursor(len(self.state.shown) - 1)
        self._changed(line, reveal=is_in_view)

    def tell_empty(self, words: str) -> None:
        """Say this from now on when there is no record to be shown."""
        if words != self._empty:
            self._empty = words
            self.refresh()

    def narrow(self, wanted: Filter) -> None:
        """Show only what the filter takes."""
        line = self.state.cursor - self.scroll_offset.y
        self.state.narrow(wanted)
        self._changed(line)

    def go_to_hit(self, by: int) -> bool:
        """To the next (1) or previous (-1) hit among all records; False when there is none."""
        if not self.state.is_search:
            self.state.search()
            self._changed(self.state.cursor - self.scroll_offset.y)
        index = self.state.hit_from_cursor(by)
        if index is not None:
            self.go_to(index)
        return index is not None

    def go_to(self, index: int) -> None:
        """Put the cursor on what is shown at `index`."""
        before = self.state.cursor
        self.state.put_cursor(index)
        self._reveal()
        for line in {before, self.state.cursor}:
            self._repaint(line)
        self.post_message(self.Moved())

    def step(self, by: int) -> Record | None:
        """Move the cursor and return the record that it stands on then; None at the end."""
        before = self.state.cursor
        self.go_to(before + by)
        return self.state.at_cursor if self.state.cursor != before else None

    @property
    def place(self) -> str:
        """Where the cursor stands among the records that are shown."""
        return f"{self.state.cursor + 1:,} of {len(self.state.shown):,}"

    def _changed(self, line: int, *, reveal: bool = True) -> None:
        """Other lines; the cursor keeps its place on the screen (or beside it) where it can."""
        self._forget_lines()
        self.virtual_size = Size(self.virtual_size.width, len(self.state.shown) + HEADING)
        self.scroll_to(y=max(0, self.state.cursor - line), animate=False, immediate=True, force=True)
        if reveal:
            self._reveal()
        self.post_message(self.Moved())

    # --- keys and mouse ---------------------------------------------------------------------------

    @property
    def _cursor_index(self) -> int:
        return self.state.cursor

    @property
    def _line_count(self) -> int:
        return len(self.state.shown)

    def _put_cursor(self, index: int) -> None:
        self.go_to(index)

    def action_open(self) -> None:
        """Ask for everything about the record under the cursor."""
        record = self.state.at_cursor
        if record is not None:
            self.post_message(self.Opened(record))

    def on_click(self, event: events.Click) -> None:
        """To the record under the pointer; a click where the cursor stands opens it."""
        at = event.get_content_offset(self)
        index = -1 if at is None or at.y < HEADING else at.y - HEADING + self.scroll_offset.y
        if not 0 <= index < len(self.state.shown):
            return
        if index == self.state.cursor:
            self.action_open()
        else:
            self.go_to(index)

    # --- painting ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """The heading, a record, or nothing."""
        width = self.scrollable_content_region.width
        if y < HEADING:
            return self._strip(heading_line(self._columns, width))
        index = y - HEADING + self.scroll_offset.y
        if index >= len(self.state.shown):
            return self._strip(empty_line(self.state, self._empty if index == 0 else None, width))
        wanted = (index, y == HEADING)
        if wanted not in self._strips:
            look = Look(width, is_top=y == HEADING, has_keys=self.has_focus)
            self._strips[wanted] = self._strip(record_line(self.state, index, self._columns, look))
        return self._strips[wanted]

    def _strip(self, line: Content) -> Strip:
        width = self.scrollable_content_region.width
        if not width:
            return Strip.blank(0)
        return Visual.to_strips(self, line, width, 1, self.visual_style, pad=True)[0]

    # --- what happens around the list -------------------------------------------------------------

    def on_mount(self) -> None:
        """Other colours need every line painted anew."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._forget_lines())

    def on_resize(self) -> None:
        """Other widths; the cursor stays in view."""
        self._forget_lines()
        self._reveal()

    def on_focus(self) -> None:
        """The cursor looks different."""
        self._forget_lines()

    def on_blur(self) -> None:
        """The cursor looks different."""
        self._forget_lines()

    def notify_style_update(self) -> None:
        """Another background."""
        super().notify_style_update()
        self._forget_lines()

    def _forget_lines(self) -> None:
        self._strips.clear()
        self.refresh()

    def _repaint(self, index: int) -> None:
        """One line looks different."""
        for is_top in (False, True):
            self._strips.pop((index, is_top), None)
        if self._is_in_view(index):
            y = index - self.scroll_offset.y + HEADING
            self.refresh(Region(0, y, self.scrollable_content_region.width, 1))

    def _reveal(self) -> None:
        """Scroll as little as shows the cursor."""
        index = self.state.cursor
        if not self._is_in_view(index):
            above = index < self.scroll_offset.y
            top = index if above else index - self._room() + 1
            self.scroll_to(y=top, animate=False, immediate=True, force=True)
