"""Money, quantities and changes as a trader in India reads them; a number that is none is a dash."""

from __future__ import annotations

import math
from typing import Final

from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.quotes import BoardCell, Direction
from vega_terminal.ui.views.times import NOTHING

MINUS: Final = "\N{MINUS SIGN}"
_HUNDREDTHS: Final = 2
_NO_NUMBER: Final = BoardCell(NOTHING, Tone.MUTED)


def rupees(amount: float) -> str:
    """Money with two decimals in Indian grouping, `12,34,567.80`; a dash for what is no number."""
    if not math.isfinite(amount):
        return NOTHING
    sign = MINUS if round(amount, _HUNDREDTHS) < 0 else ""
    whole, _, paise = f"{abs(amount):.2f}".partition(".")
    return f"{sign}{_grouped(whole)}.{paise}"


def _grouped(digits: str) -> str:
    """Thousands, then pairs: lakh and crore."""
    head, tail = digits[:-3], digits[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*groups, tail])


def signed(amount: float) -> str:
    """Money with a sign, `+3,877.50`; zero has none."""
    return f"+{rupees(amount)}" if direction_of(amount) is Direction.UP else rupees(amount)


def percent(share: float) -> str:
    """A change in percent with its sign, `+0.16%`; a dash for what is no number."""
    return f"{signed(share)}%" if math.isfinite(share) else NOTHING


def quantity(count: int) -> str:
    """Shares or contracts held, `+1,500`; a minus for what is sold short."""
    sign = MINUS if count < 0 else "+" if count else ""
    return f"{sign}{_grouped(str(abs(count)))}"


def direction_of(amount: float) -> Direction:
    """Up, down, or flat where two decimals show nothing."""
    if not math.isfinite(amount) or round(amount, _HUNDREDTHS) == 0:
        return Direction.FLAT
    return Direction.UP if amount > 0 else Direction.DOWN


def tone_of(amount: float) -> Tone:
    """The colour of a change; no change is a number like any other."""
    direction = direction_of(amount)
    return Tone.VALUE if direction is Direction.FLAT else direction.tone


def gain(amount: float) -> tuple[str, Tone]:
    """Profit or loss with arrow and sign, so that colour is never the only channel."""
    return f"{direction_of(amount).sign} {signed(amount)}", tone_of(amount)


def gain_cell(amount: float | None) -> BoardCell:
    """Profit, loss or change on a board."""
    if amount is None:
        return _NO_NUMBER
    return BoardCell(signed(amount), tone_of(amount), direction_of(amount))


def percent_cell(share: float | None) -> BoardCell:
    """A change in percent on a board; its sign stands beside its colour."""
    return _NO_NUMBER if share is None else BoardCell(percent(share), tone_of(share))


def price_cell(amount: float | None, tone: Tone = Tone.VALUE) -> BoardCell:
    """A price or a value on a board."""
    return _NO_NUMBER if amount is None else BoardCell(rupees(amount), tone)


def range_bar(low: float | None, high: float | None, last: float, width: int) -> BoardCell:
    """Where `last` stands between the day's low on the left and its high on the right, in `width` cells."""
    if low is None or high is None or not all(map(math.isfinite, (low, high, last))) or high <= low:
        return _NO_NUMBER
    share = min(1.0, max(0.0, (last - low) / (high - low)))
    at = round(share * (width - 1))
    return BoardCell("─" * at + "●" + "─" * (width - 1 - at), Tone.LABEL)
