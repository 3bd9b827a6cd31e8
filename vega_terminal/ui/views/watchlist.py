"""The watchlist: which instruments, and what the board says of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from vega_terminal.domain.instruments import INDICES, Instrument, UnknownInstrument, find
from vega_terminal.domain.market import Quote
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.market_numbers import gain_cell, percent_cell, price_cell, quantity
from vega_terminal.ui.views.market_panels import Note
from vega_terminal.ui.views.market_tables import Column, Table, number_column, text_column
from vega_terminal.ui.views.quotes import BoardCell, Direction
from vega_terminal.ui.views.times import NOTHING

_LARGE: Final = (
    "RELIANCE",
    "HDFCBANK",
    "ICICIBANK",
    "INFY",
    "TCS",
    "SBIN",
    "BHARTIARTL",
    "LT",
    "ITC",
    "AXISBANK",
)
USUAL: Final = (*INDICES, *map(find, _LARGE))
"""Shown to whoever has no watchlist of their own."""
_MOST_NAMED: Final = 3
_LAST: Final = 11
_PRICE: Final = 10


@dataclass(frozen=True, slots=True)
class Watchlist:
    """What W shows.

    Attributes:
        instruments: in the operator's order, each once.
        unknown: names of the operator's list that stand for nothing.
    """

    instruments: tuple[Instrument, ...]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Watched:
    """One row: an instrument, and its quote once there is one."""

    instrument: Instrument
    quote: Quote | None = None


def watchlist_of(names: Iterable[str]) -> Watchlist:
    """The instruments behind `names`; the usual ones when there are no names."""
    found: dict[str, Instrument] = {}
    unknown: list[str] = []
    for name in names:
        try:
            instrument = find(name)
        except UnknownInstrument:
            unknown.append(name)
        else:
            found.setdefault(instrument.key, instrument)
    if not found and not unknown:
        return Watchlist(USUAL)
    return Watchlist(tuple(found.values()), tuple(unknown))


def watched(instruments: Iterable[Instrument], quotes: Iterable[Quote]) -> tuple[Watched, ...]:
    """Every instrument in its place, whether it is quoted or not."""
    by_key = {quote.instrument_key: quote for quote in quotes}
    return tuple(Watched(one, by_key.get(one.key)) for one in instruments)


def remarks(watchlist: Watchlist, rows: Sequence[Watched]) -> str:
    """What is wrong with the list, in words; empty while nothing is."""
    said = []
    if watchlist.unknown:
        said.append(f"Not known by name: {_names(watchlist.unknown)}; write the full key in terminal.toml.")
    unquoted = [row.instrument.symbol for row in rows if row.quote is None]
    if rows and unquoted:
        said.append(f"Not quoted by the broker: {_names(unquoted)}.")
    return " ".join(said)


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(safe_text(name, 24) for name in names[:_MOST_NAMED]) + more


def breadth(rows: Iterable[Watched]) -> tuple[Note, ...]:
    """How many rose, fell and stand still."""
    changes = [row.quote.change for row in rows if row.quote is not None and row.quote.change is not None]
    rose, fell = sum(change > 0 for change in changes), sum(change < 0 for change in changes)
    still = len(changes) - rose - fell
    return (
        (f"{Direction.UP.sign} {rose} up", Tone.UP),
        (f"{Direction.DOWN.sign} {fell} down", Tone.DOWN),
        *(((f"{Direction.FLAT.sign} {still} unchanged", Tone.VALUE),) if still else ()),
    )


def count_cell(count: float | None) -> BoardCell:
    """A quantity without a sign."""
    if count is None:
        return BoardCell(NOTHING, Tone.MUTED)
    return BoardCell(quantity(int(count)).removeprefix("+"))


def _quoted(
    title: str,
    width: int,
    rank: int,
    number: Callable[[Quote], float | None],
    cell: Callable[[float | None], BoardCell],
) -> Column[Watched]:
    """A column of the quote; a dash while there is none."""
    return number_column(
        title, width, rank, lambda row: None if row.quote is None else number(row.quote), cell
    )


WATCH_TABLE: Final[Table[Watched]] = Table(
    columns=(
        text_column("SYMBOL", 10, 0, lambda row: safe_text(row.instrument.symbol, 24), Tone.STRONG),
        _quoted("LAST", _LAST, 0, lambda quote: quote.last_price, price_cell),
        _quoted("CHANGE", 11, 0, lambda quote: quote.change, gain_cell),
        _quoted("%", 7, 0, lambda quote: quote.change_percent, percent_cell),
        _quoted("BID", _PRICE, 1, lambda quote: quote.bid, price_cell),
        _quoted("ASK", _PRICE, 1, lambda quote: quote.ask, price_cell),
        _quoted("OPEN", _PRICE, 4, lambda quote: quote.open, price_cell),
        _quoted("HIGH", _PRICE, 3, lambda quote: quote.high, price_cell),
        _quoted("LOW", _PRICE, 3, lambda quote: quote.low, price_cell),
        _quoted("VOLUME", 11, 2, lambda quote: quote.volume, count_cell),
    ),
    key=lambda row: row.instrument.key,
    instrument=lambda row: row.instrument.key,
    words=lambda row: f"{row.instrument.symbol} {row.instrument.name} {row.instrument.key}",
)
