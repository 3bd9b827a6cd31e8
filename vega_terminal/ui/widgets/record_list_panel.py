"""A list of records in a frame, with its filter, its search and its jump to a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from vega_terminal.ui.views.records import Column, Filter, Record, day_of, index_at, minute_of_day
from vega_terminal.ui.widgets.filter_line import FilterLine, Purpose
from vega_terminal.ui.widgets.record_list import RecordList


class RecordPanel(Vertical):
    """`/` filters, `n` and `N` search for the same words among everything, `t` jumps to a time, Esc clears.

    Args:
        title: of the frame; how many records there are is added.
        columns: of each record.
        follows: whether the newest record stays in view.
        empty: what to say when there are no records.
        keys: what else the keys do here, for the lower edge of the frame.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", id="records.filter", key_display="/", show=False),
        Binding("n", "hit(1)", "Next hit", id="records.next_hit", show=False),
        Binding("t", "time", "To a time", id="records.time", show=False),
        Binding("escape", "clear", "Clear the filter", id="records.clear", show=False),
    ]

    def __init__(
        self, title: str, columns: Sequence[Column], *, empty: str, keys: str, follows: bool = True
    ) -> None:
        super().__init__(classes="panel records")
        self._title = title
        self._list = RecordList(columns, follows=follows, empty=empty)
        self._line = FilterLine()
        self.border_title = self._framed = title
        self.border_subtitle = keys

    def compose(self) -> ComposeResult:
        """The list above the line."""
        yield self._list
        yield self._line

    @property
    def records(self) -> RecordList:
        """The list."""
        return self._list

    def show(self, records: Sequence[Record], title: str | None = None) -> None:
        """Show these records, oldest first."""
        self._title = title or self._title
        self._list.show(records)

    def take_keys(self) -> None:
        """The list takes the keys."""
        self._list.focus()

    # --- filter and search ------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Without a filter Esc leaves the screen, as everywhere."""
        return bool(self._line.display) if action == "clear" else True

    def action_filter(self) -> None:
        """Type a filter, or change the one that stands."""
        self._line.open(Purpose.FILTER, self._line.text)
        self._narrow(self._line.text)

    def action_hit(self, by: int) -> None:
        """To the next or previous record that the filter takes, among all of them."""
        if not Filter.of(self._line.text):
            self.action_filter()
        elif not self._list.go_to_hit(by):
            self._line.tell("no hit")

    def action_time(self) -> None:
        """Type a time."""
        self._list.narrow(Filter())
        self._line.open(Purpose.TIME)
        self._line.tell("")

    def action_clear(self) -> None:
        """Show everything again."""
        self._line.close()
        self._list.narrow(Filter())
        self._list.focus()

    async def on_key(self, event: events.Key) -> None:
        """What a binding would learn too late.

        Bindings hear of a key only after it has passed every parent. Whoever types `/primary` at once has
        sent all of it by then; so the line opens here, and letters on their way past go into it.
        """
        if await self._takes(event):
            event.stop()

    async def _takes(self, event: events.Key) -> bool:
        if self._line.is_typing:
            return await self._line.takes(event)
        if event.key in ("slash", "t"):
            self.action_filter() if event.key == "slash" else self.action_time()
        elif event.key == "N" and self._line.display:  # a capital letter would begin a function
            self.action_hit(-1)
        else:
            return False
        return True

    @on(FilterLine.Typed)
    def _filter_typed(self, event: FilterLine.Typed) -> None:
        if event.purpose is Purpose.FILTER:
            self._narrow(event.text)

    @on(FilterLine.Entered)
    def _entered(self, event: FilterLine.Entered) -> None:
        if event.purpose is Purpose.TIME:
            self._go_to_time(event.text)
        elif Filter.of(event.text):
            self._line.rest()
            self._list.focus()
        else:
            self.action_clear()

    @on(FilterLine.Cleared)
    def _cleared(self) -> None:
        self.action_clear()

    def _narrow(self, text: str) -> None:
        self._list.narrow(Filter.of(text))

    def _go_to_time(self, text: str) -> None:
        minute = minute_of_day(text)
        if minute is None:
            self._line.tell("That is no time. Type one in IST such as 09:15, or Esc.")
            return
        self.action_clear()
        at = self._list.state.at_cursor
        index = index_at(self._list.state.shown, minute, None if at is None else day_of(at))
        if index is not None:
            self._list.go_to(index)

    @on(RecordList.Moved)
    def _tell(self) -> None:
        """How many there are, how many are shown, which hit this is."""
        state = self._list.state
        title = f"{self._title}  {len(state.all):,}" if state.all else self._title
        if title != self._framed:
            self.border_title = self._framed = title
        if not self._line.filters or not Filter.of(self._line.text):
            self._line.tell("")
        elif state.is_search:
            self._line.tell(f"hit {state.hit_number or '-'} of {len(state.hits):,}   n next  N previous")
        else:
            self._line.tell(f"{len(state.shown):,} of {len(state.all):,}   Esc clears  n search")
