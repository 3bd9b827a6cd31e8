"""A board that is sorted and filtered by keys."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from vega_terminal.ui.views.market_panels import Note, PanelKind
from vega_terminal.ui.views.market_state import PanelFoot
from vega_terminal.ui.views.market_tables import Sorting, Table
from vega_terminal.ui.views.records import Filter
from vega_terminal.ui.widgets.filter_line import FilterLine, Purpose
from vega_terminal.ui.widgets.panel_board import BoardPanel

R = TypeVar("R")


class SortedPanel(BoardPanel[R]):
    """`s` sorts by the next column, `S` turns the order; `/` filters, `n` and `N` go through the hits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "sort", "Sort", id="panel.sort", show=False, tooltip="Sort by the next column."),
        Binding("slash", "filter", "Filter", id="panel.filter", key_display="/", show=False),
        Binding("n", "hit(1)", "Next hit", id="panel.next_hit", show=False),
        Binding("escape", "clear", "Clear the filter", id="panel.clear", show=False),
    ]

    def __init__(self, kind: PanelKind[tuple[R, ...]], table: Table[R], *, id: str) -> None:  # noqa: A002
        super().__init__(kind, table, id=id)
        self._sorting = Sorting()
        self._filter = Filter()
        self._line = FilterLine()

    def compose(self) -> ComposeResult:
        """The filter below everything else."""
        yield from super().compose()
        yield self._line

    def _shown(self, keyed: tuple[tuple[str, R], ...]) -> tuple[tuple[str, R], ...]:
        words = self.table.words
        taken = tuple(pair for pair in keyed if self._filter.takes(words(pair[1]).casefold()))
        if self._filter:
            self._line.tell(f"{len(taken)} of {len(keyed)}   Esc clears")
        return self.table.ordered(taken, self._sorting)

    def _notes(self, value: tuple[R, ...] | None) -> tuple[Note, ...]:
        return (*super()._notes(value), *self.table.sorting_notes(self._sorting))

    def _nothing(self, value: tuple[R, ...] | None, foot: PanelFoot) -> str:
        nothing = super()._nothing(value, foot)
        return nothing or ("" if self._values or not value else "Nothing here matches the filter.")

    # --- keys -------------------------------------------------------------------------------------

    def action_sort(self) -> None:
        """By the next column; after the last one as the broker sends it."""
        self._sorting = self.table.next_sorting(self._sorting)
        self._refill()

    def action_reverse(self) -> None:
        """The other way round."""
        self._sorting = replace(self._sorting, descending=not self._sorting.descending)
        self._refill()

    def action_filter(self) -> None:
        """Type a filter, or change the one that stands."""
        self._line.open(Purpose.FILTER, self._line.text)

    def action_hit(self, by: int) -> None:
        """To the next or previous row that the filter left."""
        self.board.action_move(by)

    def action_clear(self) -> None:
        """Show everything again."""
        self._line.close()
        self._narrow("")
        self.take_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Without a filter Esc leaves the screen, as everywhere."""
        return bool(self._line.display) if action == "clear" else True

    async def on_key(self, event: events.Key) -> None:
        """What a binding would learn too late, and capital letters, which would begin a function."""
        if await self._takes(event):
            event.stop()

    async def _takes(self, event: events.Key) -> bool:
        if self._line.is_typing:
            return await self._line.takes(event)
        if event.key == "slash":
            self.action_filter()
        elif event.key == "S":
            self.action_reverse()
        elif event.key == "N" and self._line.display:
            self.action_hit(-1)
        else:
            return False
        return True

    @on(FilterLine.Typed)
    def _filter_typed(self, event: FilterLine.Typed) -> None:
        event.stop()
        self._narrow(event.text)

    @on(FilterLine.Entered)
    def _filter_entered(self, event: FilterLine.Entered) -> None:
        event.stop()
        if self._filter:
            self._line.rest()
            self.take_keys()
        else:
            self.action_clear()

    @on(FilterLine.Cleared)
    def _filter_cleared(self, event: FilterLine.Cleared) -> None:
        event.stop()
        self.action_clear()

    def _narrow(self, text: str) -> None:
        self._filter = Filter.of(text)
        self._line.tell("")
        self._refill()
