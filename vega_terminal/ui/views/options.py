"""The option chain: its rows with the line of the spot, its expiries, and what its head says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from textual.content import Content

from vega_terminal.domain.market import OptionChain, OptionQuote, OptionRow
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.market_numbers import price_cell, rupees
from vega_terminal.ui.views.market_panels import Note
from vega_terminal.ui.views.option_columns import Preset, cells_of, compact, option_columns
from vega_terminal.ui.views.quotes import BoardCell, BoardRow

AT_THE_MONEY: Final = "◆"
SPOT: Final = "spot"
"""Key of the line that stands where the underlying's price is."""
_RULE: Final = "─"
_HERE: Final = "bold $vega-title-fg on $vega-title-bg"


class OptionSide(StrEnum):
    """Which half of the chain Enter opens."""

    CALLS = "CALLS"
    PUTS = "PUTS"


@dataclass(frozen=True, slots=True)
class ChainBand:
    """The line above the chain.

    Attributes:
        expiries: that can be chosen, the nearest first.
        chosen: one of them.
        preset: what the columns show.
        side: which half Enter opens.
    """

    expiries: tuple[date, ...] = ()
    chosen: date | None = None
    preset: Preset = Preset.PRICES
    side: OptionSide = OptionSide.CALLS


def strike_key(strike: float) -> str:
    """The key of a strike's row."""
    return f"{strike:g}"


def option_rows(chain: OptionChain, preset: Preset, stale: str = "") -> tuple[BoardRow, ...]:
    """One row a strike, and the line of the spot between the strikes below and above it."""
    most = max((option.open_interest or 0.0 for option in _options(chain.rows)), default=0.0)
    nearest, spot = chain.at_the_money, chain.spot
    rows = [_strike_row(row, preset, most, stale, is_nearest=row.strike == nearest) for row in chain.rows]
    if spot is not None and rows:
        below = sum(row.strike <= spot for row in chain.rows)
        rows.insert(below, _spot_row(spot, preset))
    return tuple(rows)


def _strike_row(row: OptionRow, preset: Preset, most: float, stale: str, *, is_nearest: bool) -> BoardRow:
    strike = price_cell(row.strike, Tone.HEADING if is_nearest else Tone.LABEL)
    cells = (*cells_of(row.call, preset.calls, most), strike, *cells_of(row.put, preset.puts, most))
    return BoardRow(strike_key(row.strike), cells, AT_THE_MONEY if is_nearest else "", stale)


def _spot_row(spot: float, preset: Preset) -> BoardRow:
    columns = option_columns(preset)
    middle = len(columns) // 2
    cells = [BoardCell(_RULE * column.width, Tone.LINK) for column in columns]
    cells[middle] = BoardCell(rupees(spot), Tone.LINK)
    return BoardRow(SPOT, tuple(cells))


def _options(rows: Iterable[OptionRow]) -> Iterator[OptionQuote]:
    return (option for row in rows for option in (row.call, row.put) if option is not None)


def contract_key(chain: OptionChain, row_key: str, side: OptionSide) -> str | None:
    """What a row stands for, as a key: the contract of that half; on the line of the spot the underlying."""
    if row_key == SPOT:
        return chain.underlying_key
    row = next((row for row in chain.rows if strike_key(row.strike) == row_key), None)
    if row is None:
        return None
    option = row.call if side is OptionSide.CALLS else row.put
    return None if option is None else option.instrument_key


def chain_notes(chain: OptionChain) -> tuple[Note, ...]:
    """Spot, and how much open interest puts have beside calls."""
    notes: list[Note] = []
    if chain.spot is not None:
        notes.append((f"spot {rupees(chain.spot)}", Tone.STRONG))
    if chain.at_the_money is not None:
        notes.append((f"{AT_THE_MONEY} at the money {rupees(chain.at_the_money)}", Tone.HEADING))
    calls = sum(row.call.open_interest or 0.0 for row in chain.rows if row.call is not None)
    puts = sum(row.put.open_interest or 0.0 for row in chain.rows if row.put is not None)
    if calls:
        notes.append((f"put/call OI {puts / calls:.2f}", Tone.VALUE))
        notes.append((f"{compact(calls)} calls, {compact(puts)} puts", Tone.VALUE))
    return tuple(notes)


def band_line(band: ChainBand, today: date, width: int) -> Content:
    """Calls on the left, expiry and columns in the middle, puts on the right."""
    left, right = _half(OptionSide.CALLS, band.side), _half(OptionSide.PUTS, band.side)
    room = width - left.cell_length - right.cell_length
    middle = _middle(band, today).truncate(max(0, room), ellipsis=True)
    before = (room - middle.cell_length) // 2
    after = room - middle.cell_length - before
    return Content.assemble(left, " " * before, middle, " " * after, right).truncate(width)


def _half(side: OptionSide, chosen: OptionSide) -> Content:
    """The half that Enter opens is marked."""
    if side is chosen:
        return Content.styled(f" ▸ {side} ", _HERE)
    return Content.styled(f"   {side} ", Tone.LABEL)


def _middle(band: ChainBand, today: date) -> Content:
    if band.chosen is None:
        return Content("")
    days = (band.chosen - today).days
    left = "expires today" if days <= 0 else f"in {days} day" + ("s" if days > 1 else "")
    number = band.expiries.index(band.chosen) + 1 if band.chosen in band.expiries else 0
    return Content.assemble(
        ("[ ] expiry ", Tone.LABEL),
        (f"{band.chosen:%d %b %Y}", Tone.STRONG),
        (f", {left}, {number} of {len(band.expiries)}", Tone.VALUE),
        ("   m columns ", Tone.LABEL),
        (band.preset.word, Tone.STRONG),
    )
