"""The columns of the option chain."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from vega_terminal.domain.market import OptionQuote
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.market_numbers import MINUS, price_cell, quantity
from vega_terminal.ui.views.quotes import Align, BoardCell, BoardColumn, Direction
from vega_terminal.ui.views.times import NOTHING

STRIKE: Final = BoardColumn("STRIKE", 10, Align.CENTRE)
NONE: Final = BoardCell(NOTHING, Tone.MUTED)
_BAR: Final = 10
_LAKH: Final = 100_000
_CRORE: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class OptionColumn:
    """One column of one half.

    Attributes:
        board: title, width, rank.
        cell: what it says of a contract; `most` is the largest open interest of the chain.
    """

    board: BoardColumn
    cell: Callable[[OptionQuote, float], BoardCell]


def compact(number: float) -> str:
    """A count in lakh or crore, `12.35L`, `1.24Cr`; small ones in full."""
    if not math.isfinite(number):
        return NOTHING
    sign, size = (MINUS if number < 0 else ""), abs(number)
    if size >= _CRORE:
        return f"{sign}{size / _CRORE:.2f}Cr"
    if size >= _LAKH:
        return f"{sign}{size / _LAKH:.2f}L"
    return f"{sign}{quantity(int(size)).removeprefix('+')}"


def _count(number: float | None) -> BoardCell:
    return NONE if number is None else BoardCell(compact(number))


def _change(number: float | None) -> BoardCell:
    if number is None:
        return NONE
    direction = Direction.UP if number > 0 else Direction.DOWN if number < 0 else Direction.FLAT
    return BoardCell(compact(abs(number)), direction.tone, direction)


def _decimals(number: float | None, places: int) -> BoardCell:
    if number is None or not math.isfinite(number):
        return NONE
    rounded = round(number, places) + 0.0  # turns a negative zero into zero
    return BoardCell(f"{rounded:.{places}f}".replace("-", MINUS))


def _bar(one: OptionQuote, most: float, *, leftwards: bool) -> BoardCell:
    """As long as the contract's share of the largest open interest, in halves of a cell."""
    if not one.open_interest or most <= 0:
        return BoardCell("")
    whole, half = divmod(round(2 * _BAR * min(1.0, one.open_interest / most)), 2)
    return BoardCell("╺" * half + "━" * whole if leftwards else "━" * whole + "╸" * half, Tone.LABEL)


_Columns = tuple[OptionColumn, ...]
_LAST: Final = OptionColumn(
    BoardColumn("LAST", 9), lambda one, _most: price_cell(one.last_price, Tone.STRONG)
)
_BID: Final = OptionColumn(BoardColumn("BID", 8, rank=1), lambda one, _most: price_cell(one.bid))
_ASK: Final = OptionColumn(BoardColumn("ASK", 8, rank=1), lambda one, _most: price_cell(one.ask))
_VOLUME: Final = OptionColumn(BoardColumn("VOLUME", 8, rank=3), lambda one, _most: _count(one.volume))
_OI: Final = OptionColumn(BoardColumn("OI", 8, rank=2), lambda one, _most: _count(one.open_interest))
_BAR_LEFT: Final = OptionColumn(
    BoardColumn("", _BAR, rank=2), lambda one, most: _bar(one, most, leftwards=True)
)
_BAR_RIGHT: Final = OptionColumn(
    BoardColumn("", _BAR, Align.LEFT, 2), lambda one, most: _bar(one, most, leftwards=False)
)
_GREEKS: Final[_Columns] = (
    _LAST,
    OptionColumn(BoardColumn("IV %", 6, rank=1), lambda one, _most: _decimals(one.iv, 2)),
    OptionColumn(BoardColumn("DELTA", 6, rank=1), lambda one, _most: _decimals(one.delta, 2)),
    OptionColumn(BoardColumn("THETA", 8, rank=2), lambda one, _most: _decimals(one.theta, 2)),
    OptionColumn(BoardColumn("GAMMA", 7, rank=3), lambda one, _most: _decimals(one.gamma, 4)),
    OptionColumn(BoardColumn("VEGA", 6, rank=3), lambda one, _most: _decimals(one.vega, 2)),
)
_INTEREST: Final[_Columns] = (
    _LAST,
    _BAR_RIGHT,
    replace(_OI, board=replace(_OI.board, rank=1)),
    OptionColumn(BoardColumn("CHANGE", 10, rank=3), lambda one, _most: _change(one.open_interest_change)),
    replace(_VOLUME, board=replace(_VOLUME.board, rank=4)),
)


class Preset(Enum):
    """What the chain shows: the columns of the calls and those of the puts, each from left to right."""

    PRICES = ((_VOLUME, _OI, _BID, _ASK, _LAST), (_LAST, _BID, _ASK, _OI, _VOLUME))
    GREEKS = (_GREEKS[::-1], _GREEKS)
    OPEN_INTEREST = (
        tuple(_BAR_LEFT if column is _BAR_RIGHT else column for column in reversed(_INTEREST)),
        _INTEREST,
    )

    def __init__(self, calls: _Columns, puts: _Columns) -> None:
        self.calls = calls
        self.puts = puts

    @property
    def word(self) -> str:
        """Its name on the screen."""
        return self.name.replace("_", " ").lower()

    @property
    def next(self) -> Preset:
        """The one after it, in a circle."""
        every = list(Preset)
        return every[(every.index(self) + 1) % len(every)]


def option_columns(preset: Preset) -> tuple[BoardColumn, ...]:
    """Those of the calls, the strike, those of the puts."""
    calls, puts = (tuple(column.board for column in half) for half in (preset.calls, preset.puts))
    return (*calls, STRIKE, *puts)


def cells_of(option: OptionQuote | None, columns: _Columns, most: float) -> tuple[BoardCell, ...]:
    """The cells of one contract; dashes where there is none."""
    if option is None:
        return (NONE,) * len(columns)
    return tuple(column.cell(option, most) for column in columns)
