"""The cursor of a board of rows: keys, mouse, messages, and the scrolling that keeps it in view."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from vega_terminal.ui.widgets.cursor_view import HEADING, CursorView
from vega_terminal.ui.widgets.quote_rows import BoardRows


class RowBoard(CursorView):
    """One heading line, then rows of one line each; the cursor stays on its row, wherever that goes.

    Args:
        columns: how many cells a row has.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Row up", id="board.up", show=False),
        Binding("down,j", "move(1)", "Row down", id="board.down", show=False),
        Binding("pageup", "page(-1)", "Page up", id="board.page_up", show=False),
        Binding("pagedown", "page(1)", "Page down", id="board.page_down", show=False),
        Binding("home", "first", "First row", id="board.first", show=False),
        Binding("end", "last", "Last row", id="board.last", show=False),
        Binding("enter", "select", "Open row", id="board.select", show=False),
    ]

    class RowMessage(Message):
        """Something about one row of a board."""

        def __init__(self, board: RowBoard, key: str) -> None:
            super().__init__()
            self.board = board
            self.key = key

        @property
        def control(self) -> RowBoard:
            """The board, for `@on` with a selector."""
            return self.board

    class RowHighlighted(RowMessage):
        """The cursor stands on another row."""

    class RowSelected(RowMessage):
        """Enter, or a click on the row under the cursor."""

    def __init__(self, columns: int, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._rows = BoardRows(columns)

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor; None while there is none."""
        return self._rows.cursor

    @property
    def _cursor_index(self) -> int:
        return self._rows.cursor_index

    @property
    def _line_count(self) -> int:
        return len(self._rows)

    def action_select(self) -> None:
        """Open the row under the cursor."""
        if self._rows.cursor is not None:
            self.post_message(self.RowSelected(self, self._rows.cursor))

    def on_click(self, event: events.Click) -> None:
        """To the row under the pointer; a click where the cursor stands opens the row."""
        at = event.get_content_offset(self)
        if at is None or at.y < HEADING:
            return
        index = at.y - HEADING + self.scroll_offset.y
        if index >= len(self._rows):
            return
        if self._rows[index].key == self._rows.cursor:
            self.action_select()
        else:
            self._put_cursor(index)

    def on_resize(self) -> None:
        """The cursor stays in view."""
        self._reveal()

    def on_focus(self) -> None:
        """The cursor's row looks different."""
        self._repaint_row(self._rows.cursor)

    def on_blur(self) -> None:
        """The cursor's row looks different."""
        self._repaint_row(self._rows.cursor)

    @abstractmethod
    def _repaint_row(self, key: str | None) -> None:
        """Paint a row anew, if there is one and it is in view."""

    def _put_cursor(self, index: int) -> None:
        before = self._rows.cursor
        if self._rows.put_cursor(index):
            self._reveal()
            self._cursor_moved(before)

    def _cursor_moved(self, before: str | None) -> None:
        key = self._rows.cursor
        if key == before:
            return
        self._repaint_row(before)
        self._repaint_row(key)
        if key is not None:
            self.post_message(self.RowHighlighted(self, key))

    def _reveal(self) -> None:
        """Scroll as little as shows the cursor."""
        index = self._rows.cursor_index
        if not self._is_in_view(index):
            above = index < self.scroll_offset.y
            # Forced: rows that have just come have no scrollbar yet.
            self.scroll_to(y=index if above else index - self._room() + 1, animate=False, force=True)
