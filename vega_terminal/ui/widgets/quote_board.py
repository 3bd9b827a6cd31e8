"""A board of quotes: many rows that change many times a second, painted line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.timer import Timer

from vega_terminal.clock import Clock, SystemClock
from vega_terminal.ui.views.quotes import BoardColumn, BoardRow, changed_digits
from vega_terminal.ui.widgets.cursor_view import HEADING
from vega_terminal.ui.widgets.quote_cells import BoardStyles, Ground, RowPainter
from vega_terminal.ui.widgets.quote_dirt import Dirt
from vega_terminal.ui.widgets.quote_flash import FlashBook
from vega_terminal.ui.widgets.row_board import RowBoard

PERIOD: Final = 0.1
"""Seconds between two paints: ten a second, however many changes come."""


class QuoteBoard(RowBoard):
    """Rows under a heading that stays, with a cursor that stays on its row.

    Rows come by `show` (all of them, in order) or `feed` (some of them), from the event loop. They are
    painted at most ten times a second, and only while the board can be seen; of many values in between, the
    last one counts. Changed digits are highlighted for a moment unless animations are off.

    Args:
        columns: with the lowest rank 0.
        clock: by which highlights fade.
        ages: whether a column for the age of stale rows is added.
    """

    DEFAULT_CSS = """
    QuoteBoard {
        background: $background;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(
        self,
        columns: Sequence[BoardColumn],
        *,
        clock: Clock | None = None,
        ages: bool = True,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(len(columns), id=id)
        self._columns = tuple(columns)
        self._clock = clock or SystemClock()
        self._ages = ages
        self._flashes = FlashBook()
        self._strips: dict[str, Strip] = {}
        self._painter: RowPainter | None = None
        self._painted_at = float("-inf")
        self._due: Timer | None = None

    # --- rows -------------------------------------------------------------------------------------

    def show(self, rows: Iterable[BoardRow]) -> None:
        """Show these rows, in this order, and no others.

        Raises:
            ValueError: a row has not one cell a column, or a key comes twice.
        """
        self._rows.want(rows)
        self._paint_when_due()

    def feed(self, *rows: BoardRow) -> None:
        """Show newer values of these rows; a key that is not there yet is added at the foot.

        Raises:
            ValueError: a row has not one cell a column.
        """
        self._rows.want_also(rows)
        self._paint_when_due()

    def forget(self) -> None:
        """Keep no row, whether anybody sees the board or not."""
        self._rows.want(())
        if self.is_attached:
            self._take_over(Dirt(), self._clock.monotonic())

    def flush(self) -> None:
        """Show what came until now, if the board can be seen at all."""
        if self._due is not None:
            self._due.stop()
            self._due = None
        if not self._can_be_seen():
            return
        now = self._clock.monotonic()
        dirty = Dirt()
        for key, column in self._flashes.advance(now):
            dirty.add(key, (column,))
        if self._take_over(dirty, now):
            self._painted_at = now
        self._repaint(dirty)
        if not self._flashes.is_empty:
            self._paint_later(PERIOD)

    def _can_be_seen(self) -> bool:
        return self.is_attached and self.is_on_screen and self.screen in self.app.screen_stack

    def _paint_when_due(self) -> None:
        wait = self._painted_at + PERIOD - self._clock.monotonic()
        if wait <= 0:
            self.flush()
        elif self._can_be_seen():
            self._paint_later(wait)

    def _paint_later(self, wait: float) -> None:
        if self._due is None:
            self._due = self.set_timer(wait, self.flush, name="quotes")

    def _take_over(self, dirty: Dirt, now: float) -> bool:
        """Show what is wanted; False when that is what is shown."""
        cursor = self._rows.cursor
        was_in_view = self._is_in_view(self._rows.cursor_index)
        update = self._rows.take_over()
        for old, new in update.changed:
            self._mark(old, new, dirty, now)
        if update.moved:
            self._forget_gone_rows()
            self.virtual_size = Size(self.virtual_size.width, len(self._rows) + HEADING)
            self.refresh()
            if was_in_view:
                self._reveal()
            self._cursor_moved(cursor)
        return update.moved or bool(update.changed)

    def _mark(self, old: BoardRow, new: BoardRow, dirty: Dirt, now: float) -> None:
        """What differs is to be painted; digits that changed are highlighted."""
        changed = new.changed_cells(old)
        dirty.add(new.key, changed if new.looks_alike(old) else None)
        if new.stale or self.app.animation_level == "none":
            return
        for column in changed:
            digits = changed_digits(old.cells[column].text, new.cells[column].text)
            self._flashes.begin(new.key, column, digits, now)

    def _forget_gone_rows(self) -> None:
        painter = self._present_painter()  # may forget every strip itself, when the width has changed
        for key in [key for key in self._strips if key not in self._rows]:
            del self._strips[key]
            painter.forget(key)

    # --- painting ---------------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        """The heading, a row, or nothing."""
        painter = self._present_painter()
        if y < HEADING:
            return painter.heading
        index = y - HEADING + self.scroll_offset.y
        if index >= len(self._rows):
            return painter.blank
        row = self._rows[index]
        strip = self._strips.get(row.key)
        if strip is None:
            strip = painter.row(row, self._ground(row.key), self._flashes.of(row.key))
            self._strips[row.key] = strip
        return strip

    def _ground(self, key: str) -> Ground:
        if key != self._rows.cursor:
            return Ground.PLAIN
        return Ground.CURSOR if self.has_focus else Ground.CURSOR_ELSEWHERE

    def _present_painter(self) -> RowPainter:
        """The painter of the present width and colours; another one needs every row painted anew."""
        width = self.scrollable_content_region.width
        painter = self._painter
        if painter is None or painter.width != width:
            styles = BoardStyles(self.visual_style.rich_style, self.app.theme_variables)
            painter = self._painter = RowPainter(styles, self._columns, width, ages=self._ages)
            self._strips.clear()
        return painter

    def _repaint_row(self, key: str | None) -> None:
        dirty = Dirt()
        if key is not None:
            dirty.add(key)
        self._repaint(dirty)

    def _repaint(self, dirty: Dirt) -> None:
        """Paint rows anew: of each line as much as differs, all lines at once."""
        painter, top, room = self._present_painter(), self.scroll_offset.y, self._room()
        regions: list[Region] = []
        for key, columns in dirty:
            index = self._rows.index_of(key)
            reach = (0, painter.width) if columns is None else painter.reach(columns)
            if index is None or reach is None:
                continue
            self._strips.pop(key, None)
            if 0 <= index - top < room:
                regions.append(Region(reach[0], index - top + HEADING, reach[1] - reach[0], 1))
        if regions:
            self.refresh(*regions)

    # --- what happens around the board ------------------------------------------------------------

    def on_mount(self) -> None:
        """Hear when the board can be seen again and when colours change."""
        self.app.screen_change_signal.subscribe(self, lambda _screen: self.flush())
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._forget_looks())

    def on_show(self) -> None:
        """Nothing was painted while nobody could see it."""
        self.flush()

    def notify_style_update(self) -> None:
        """Another background, or another theme."""
        super().notify_style_update()
        self._forget_looks()

    def _forget_looks(self) -> None:
        self._painter = None
        self.refresh()
