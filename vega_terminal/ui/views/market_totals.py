"""What the account is worth in all. A total of which a part is not known is not known either."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from textual.content import Content

from vega_terminal.domain.market import Dashboard, Holding
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import row
from vega_terminal.ui.views.market_boards import day_gain, holding_value, position_value
from vega_terminal.ui.views.market_numbers import gain, rupees
from vega_terminal.ui.views.times import NOTHING

T = TypeVar("T")
_WIDEST: Final = 26


@dataclass(frozen=True, slots=True)
class Totals:
    """Rupees; None where the broker did not say enough.

    Attributes:
        day_gain: profit or loss of the day's positions, and of the holdings since the close before.
        gain: profit or loss of positions and holdings.
        value: of positions and holdings at the last price; what is sold short counts against it.
        used: margin in use.
        available: margin that is left.
    """

    day_gain: float | None = None
    gain: float | None = None
    value: float | None = None
    used: float | None = None
    available: float | None = None


def totals_of(seen: Dashboard) -> Totals:
    """Everything added up, as far as it is known."""
    positions, holdings, funds = seen.positions.value, seen.holdings.value, seen.funds.value
    position_gain = summed(positions, lambda position: position.pnl)
    return Totals(
        day_gain=_added(position_gain, day_total(holdings)),
        gain=_added(position_gain, summed(holdings, lambda holding: holding.pnl)),
        value=_added(summed(positions, position_value), summed(holdings, holding_value)),
        used=None if funds is None else funds.used,
        available=None if funds is None else funds.available,
    )


def day_total(holdings: Iterable[Holding] | None) -> float | None:
    """What all holdings won or lost since the close before; None where one of them is not known."""
    return summed(holdings, day_gain)


def summed(values: Iterable[T] | None, number: Callable[[T], float | None]) -> float | None:
    """The sum over all values; None where one of them, or all of it, is not known."""
    if values is None:
        return None
    total = 0.0
    for value in values:
        part = number(value)
        if part is None:
            return None
        total += part
    return total


def _added(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other


def totals_lines(totals: Totals, width: int) -> tuple[Content, Content]:
    """Labels above figures, in columns that share the width."""
    cells = (
        ("DAY P&L", _gained(totals.day_gain)),
        ("TOTAL P&L", _gained(totals.gain)),
        ("VALUE AT LAST", _money(totals.value)),
        ("USED MARGIN", _money(totals.used)),
        ("AVAILABLE", _money(totals.available)),
    )
    widths = [min(_WIDEST, width // len(cells))] * len(cells)
    labels = (Content.styled(f" {label}", Tone.LABEL) for label, _ in cells)
    return row(labels, widths), row((figure for _, figure in cells), widths)


def _gained(amount: float | None) -> Content:
    if amount is None:
        return Content.styled(f" {NOTHING}", Tone.MUTED)
    words, tone = gain(amount)
    return Content.styled(f" {words}", f"bold {tone.value}")


def _money(amount: float | None) -> Content:
    if amount is None:
        return Content.styled(f" {NOTHING}", Tone.MUTED)
    return Content.styled(f" {rupees(amount)}", Tone.STRONG)
