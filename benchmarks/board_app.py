"""Sixty rows of twelve columns, one cell a row changing ten times a second: on our board or in a `DataTable`.

Run as `python -m benchmarks.board_app board|table FILE`; the figures go to FILE as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from textual.app import App, ComposeResult
from textual.widgets import DataTable

from vega_terminal.ui.theme import AMBER, TOKENS, Tone
from vega_terminal.ui.views.quotes import Align, BoardCell, BoardColumn, BoardRow, Direction
from vega_terminal.ui.widgets.quote_board import QuoteBoard

ROWS: Final = 60
SECONDS: Final = 10.0
WARM_UP_SECONDS: Final = 1.0
PERIOD: Final = 0.1
LAST: Final = 1
"""The column that changes."""
COLUMNS: Final = (
    BoardColumn("SYMBOL", 14, Align.LEFT),
    BoardColumn("LAST", 12),
    *(BoardColumn(f"FIELD{number}", 9) for number in range(2, 12)),
)
Prices = tuple[tuple[float, bool], ...]


def price_moves() -> Iterator[Prices]:
    """For ever: each row's next price, and whether it went up."""
    chance = Random(7)
    prices = [chance.uniform(90, 2400) for _ in range(ROWS)]
    while True:
        moves = [chance.choice((-1, 1)) * chance.uniform(0.05, 2.5) for _ in prices]
        prices = [max(1.0, price + move) for price, move in zip(prices, moves, strict=True)]
        yield tuple((price, move > 0) for price, move in zip(prices, moves, strict=True))


class MovingApp(App[None]):
    """Moves prices, and notes what it costs after the warm-up."""

    def __init__(self, answer: Path) -> None:
        super().__init__()
        self.register_theme(AMBER)
        self.theme = AMBER.name
        self._answer = answer
        self._moves = price_moves()
        self._frames = 0

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return TOKENS

    def on_mount(self) -> None:
        self.set_interval(PERIOD, self.step)
        self.set_timer(WARM_UP_SECONDS, self._begin)

    def step(self) -> None:
        self.move(next(self._moves))

    @abstractmethod
    def move(self, prices: Prices) -> None:
        """Show the prices."""

    def post_display_hook(self) -> None:
        self._frames += 1

    def _begin(self) -> None:
        began, used, frames = time.monotonic(), time.process_time(), self._frames

        def end() -> None:
            figures = {
                "seconds": time.monotonic() - began,
                "cpu": time.process_time() - used,
                "frames": self._frames - frames,
            }
            self._answer.write_text(json.dumps(figures), encoding="utf-8")
            self.exit()

        self.set_timer(SECONDS, end)


class BoardApp(MovingApp):
    """Our board."""

    def compose(self) -> ComposeResult:
        yield QuoteBoard(COLUMNS)

    def on_mount(self) -> None:
        super().on_mount()
        self._others = tuple(BoardCell(f"{number * 111}.25") for number in range(2, 12))
        self._symbols = [BoardCell(f"SYMBOL{number}") for number in range(ROWS)]
        self.query_one(QuoteBoard).focus()

    def move(self, prices: Prices) -> None:
        pairs = zip(self._symbols, prices, strict=True)
        self.query_one(QuoteBoard).show([self._row(symbol, *price) for symbol, price in pairs])

    def _row(self, symbol: BoardCell, price: float, up: bool) -> BoardRow:
        last = BoardCell(f"{price:,.2f}", Tone.VALUE, Direction.UP if up else Direction.DOWN)
        return BoardRow(symbol.text, (symbol, last, *self._others))


class TableApp(MovingApp):
    """Textual's table, with text in its cheapest form."""

    def compose(self) -> ComposeResult:
        yield DataTable[str](cursor_type="row")

    def on_mount(self) -> None:
        super().on_mount()
        table = self.query_one(DataTable)
        for column in COLUMNS:
            table.add_column(column.title, key=column.title, width=column.width)
        for number in range(ROWS):
            others = (f"{field * 111}.25" for field in range(2, 12))
            table.add_row(f"SYMBOL{number}", "", *others, key=f"SYMBOL{number}")

    def move(self, prices: Prices) -> None:
        table = self.query_one(DataTable)
        for number, (price, up) in enumerate(prices):
            text = f"{'▲' if up else '▼'} {price:,.2f}"
            table.update_cell(f"SYMBOL{number}", COLUMNS[LAST].title, text)


APPS: Final = {"board": BoardApp, "table": TableApp}

if __name__ == "__main__":
    APPS[sys.argv[1]](Path(sys.argv[2])).run()
