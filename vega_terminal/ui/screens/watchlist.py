"""W: the operator's watchlist, asked anew each second while somebody looks."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from vega_terminal.domain.instruments import Instrument
from vega_terminal.domain.market import Quote
from vega_terminal.ui.facade import Engine
from vega_terminal.ui.functions import Code
from vega_terminal.ui.screens.asking import AskingScreen
from vega_terminal.ui.session import Session
from vega_terminal.ui.views.market_panels import Note
from vega_terminal.ui.views.market_state import PanelFoot
from vega_terminal.ui.views.records import Filter
from vega_terminal.ui.views.watchlist import WATCH_TABLE, breadth, remarks, watched, watchlist_of
from vega_terminal.ui.widgets.filter_line import FilterLine, Purpose
from vega_terminal.ui.widgets.panel_head import PanelDetail
from vega_terminal.ui.widgets.quote_board import QuoteBoard

Quotes = tuple[Quote, ...]
_NO_MATCH: Final = "Nothing on the watchlist matches the filter."


class WatchlistScreen(AskingScreen[Quotes]):
    """Enter describes the instrument under the cursor, `o` shows its options, `p` its graph."""

    CODE = Code.W
    EVERY = 1.0
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open('OMON')", "Options", id="watch.options", show=False),
        Binding("p", "open('GP')", "Graph", id="watch.graph", show=False),
        Binding("slash", "filter", "Filter", id="watch.filter", key_display="/", show=False),
        Binding("n", "hit(1)", "Next hit", id="watch.next_hit", show=False),
        Binding("escape", "clear", "Clear the filter", id="watch.clear", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._list = watchlist_of(session.info.preferences.watchlist)
        self._keys = tuple(instrument.key for instrument in self._list.instruments)
        self._filter = Filter()

    async def ask(self, engine: Engine) -> Quotes:
        """All instruments in one question."""
        return await engine.quotes(self._keys) if self._keys else ()

    def compose_content(self) -> ComposeResult:
        """The board, the filter, what is wrong with the list."""
        yield QuoteBoard(WATCH_TABLE.board_columns, id="watchlist")
        yield FilterLine()
        yield PanelDetail("")

    def on_mount(self) -> None:
        """The board takes the keys."""
        self._board.focus()

    def heading(self) -> str:
        """How many there are."""
        return f"WATCHLIST {len(self._keys)}"

    def notes(self, answer: Quotes) -> tuple[Note, ...]:
        """How many rose and fell."""
        return breadth(watched(self._list.instruments, answer))

    def empty(self, answer: Quotes) -> str:  # noqa: ARG002 - the rows are there without an answer
        """What to say when the filter left nothing."""
        return _NO_MATCH if self._filter and not self._taken() else ""

    def show_answer(self, answer: Quotes | None, foot: PanelFoot) -> None:
        """Every instrument has its row, numbers or not."""
        rows = watched(self._list.instruments, answer or ())
        shown = [row for row in rows if row.instrument in self._taken()]
        self._board.show(WATCH_TABLE.row(row.instrument.key, row, foot.rows_age) for row in shown)
        self.query_one(PanelDetail).show(remarks(self._list, () if answer is None else rows))

    # --- keys ---------------------------------------------------------------------------------------

    @on(QuoteBoard.RowSelected)
    def _describe(self, event: QuoteBoard.RowSelected) -> None:
        self.call(Code.DES, event.key)

    def action_open(self, code: str) -> None:
        """The instrument under the cursor, shown in another way."""
        if self._board.cursor_key is not None:
            self.call(Code(code), self._board.cursor_key)

    def action_filter(self) -> None:
        """Type a filter, or change the one that stands."""
        self._typed.open(Purpose.FILTER, self._typed.text)

    def action_hit(self, by: int) -> None:
        """To the next or previous row that the filter left."""
        self._board.action_move(by)

    def action_clear(self) -> None:
        """Show everything again."""
        self._typed.close()
        self._narrow("")
        self._board.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Without a filter Esc leaves the screen, as everywhere."""
        return bool(self._typed.display) if action == "clear" else True

    async def on_key(self, event: events.Key) -> None:
        """What a binding would learn too late, and a capital N, which would begin a function."""
        if not self._line.is_typing and await self._takes_for_filter(event):
            event.stop()
            event.prevent_default()

    async def _takes_for_filter(self, event: events.Key) -> bool:
        if self._typed.is_typing:
            return await self._typed.takes(event)
        if event.key == "slash":
            self.action_filter()
        elif event.key == "N" and self._typed.display:
            self.action_hit(-1)
        else:
            return False
        return True

    @on(FilterLine.Typed)
    def _filter_typed(self, event: FilterLine.Typed) -> None:
        self._narrow(event.text)

    @on(FilterLine.Entered)
    def _filter_entered(self) -> None:
        if self._filter:
            self._typed.rest()
            self._board.focus()
        else:
            self.action_clear()

    @on(FilterLine.Cleared)
    def _filter_cleared(self) -> None:
        self.action_clear()

    def _narrow(self, text: str) -> None:
        self._filter = Filter.of(text)
        found = f"{len(self._taken())} of {len(self._keys)}   Esc clears" if self._filter else ""
        self._typed.tell(found)
        self.show_again()

    def _taken(self) -> tuple[Instrument, ...]:
        """The instruments that the filter leaves."""
        rows = watched(self._list.instruments, ())
        return tuple(row.instrument for row in rows if self._filter.takes(WATCH_TABLE.words(row).casefold()))

    @property
    def _board(self) -> QuoteBoard:
        return self.query_one(QuoteBoard)

    @property
    def _typed(self) -> FilterLine:
        return self.query_one(FilterLine)
