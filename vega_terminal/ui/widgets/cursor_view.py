"""Lines under a heading, one of them under a cursor: the keys that move it, and what of it can be seen."""

from __future__ import annotations

from abc import abstractmethod
from typing import Final

from textual.scroll_view import ScrollView

HEADING: Final = 1
"""Lines above the others, which do not scroll."""


class CursorView(ScrollView, can_focus=True):
    """One heading line, then lines that scroll."""

    ALLOW_SELECT = False

    @property
    @abstractmethod
    def _cursor_index(self) -> int:
        """Of the line under the cursor."""

    @property
    @abstractmethod
    def _line_count(self) -> int:
        """How many lines there are under the heading."""

    @abstractmethod
    def _put_cursor(self, index: int) -> None:
        """Move the cursor to `index`, or as near as there is a line, and show it there."""

    def action_move(self, lines: int) -> None:
        """Move the cursor by so many lines."""
        self._put_cursor(self._cursor_index + lines)

    def action_page(self, pages: int) -> None:
        """Move the cursor by so many pages."""
        self.action_move(pages * self._room())

    def action_first(self) -> None:
        """To the first line."""
        self._put_cursor(0)

    def action_last(self) -> None:
        """To the last line."""
        self._put_cursor(self._line_count - 1)

    def _room(self) -> int:
        """How many lines there is room for."""
        return max(1, self.scrollable_content_region.height - HEADING)

    def _is_in_view(self, index: int) -> bool:
        return 0 <= index - self.scroll_offset.y < self._room()
