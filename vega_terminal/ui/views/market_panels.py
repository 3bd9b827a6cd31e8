"""The dashboard's panels: number, name, what each takes of the dashboard, and what its head says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from textual.content import Content

from vega_terminal.domain.market import (
    Dashboard,
    Funds,
    Holding,
    MarketSession,
    Order,
    Panel,
    Position,
    Profile,
    Quote,
)
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.market_boards import holding_value
from vega_terminal.ui.views.market_numbers import gain, rupees
from vega_terminal.ui.views.market_totals import day_total

T = TypeVar("T")
Note = tuple[str, Tone]
"""A piece of a panel's head, with its tone."""


@dataclass(frozen=True, slots=True)
class PanelKind(Generic[T]):
    """One panel.

    Attributes:
        number: by which it is picked.
        name: in its head.
        of: its part of the dashboard.
        limit: seconds after which its data is stale: three times as long as between two questions.
        empty: what it says when there is nothing.
        notes: what its head says about the data.
    """

    number: int
    name: str
    of: Callable[[Dashboard], Panel[T]]
    limit: float
    empty: str
    notes: Callable[[T], tuple[Note, ...]] = lambda _value: ()


@dataclass(frozen=True, slots=True)
class Head:
    """The line on top of a panel.

    Attributes:
        title: number and name.
        notes: what matters most about the data.
        age: of the data, in words; empty while there is none.
        stale: whether the data is too old.
        focused: whether the keys go to this panel.
    """

    title: str
    notes: tuple[Note, ...] = ()
    age: str = ""
    stale: bool = False
    focused: bool = False


def head_line(head: Head, width: int) -> Content:
    """Title and notes on the left, age on the right; where it is narrow, the last notes give way."""
    left, right = _title(head), _age(head)
    for note in head.notes:
        longer = Content.assemble(left, ("─ ", "$vega-rule"), Content.styled(f"{note[0]} ", note[1]))
        if longer.cell_length + right.cell_length + 1 > width:
            break
        left = longer
    rule = Content.styled("─" * max(0, width - left.cell_length - right.cell_length), "$vega-rule")
    return Content.assemble(left, rule, right).truncate(width)


def _title(head: Head) -> Content:
    """The sign and the reversed title tell where the keys go."""
    if head.focused:
        return Content.styled(f"▸ {head.title} ", "bold $vega-title-fg on $vega-title-bg") + " "
    return Content.assemble(("─ ", "$vega-rule"), (f"{head.title} ", Tone.HEADING.value))


def _age(head: Head) -> Content:
    if not head.age:
        return Content("")
    words = f" STALE {head.age.removesuffix(' old')} " if head.stale else f" {head.age} "
    return Content.assemble((words, Tone.WAIT.value if head.stale else Tone.MUTED.value), ("─", "$vega-rule"))


def _count(values: Sequence[Any]) -> Note:
    return str(len(values)), Tone.VALUE


def _gain_note(label: str, amount: float) -> Note:
    words, tone = gain(amount)
    return f"{label} {words}", tone


def position_notes(positions: Sequence[Position]) -> tuple[Note, ...]:
    """How many, and what they won or lost together."""
    if not positions:
        return ()
    return _count(positions), _gain_note("P&L", sum(position.pnl for position in positions))


def holding_notes(holdings: Sequence[Holding]) -> tuple[Note, ...]:
    """How many, profit or loss in all and of the day, and what they are worth."""
    if not holdings:
        return ()
    day = day_total(holdings)
    return (
        _count(holdings),
        _gain_note("P&L", sum(holding.pnl for holding in holdings)),
        *(() if day is None else (_gain_note("day", day),)),
        (f"value {rupees(sum(holding_value(holding) for holding in holdings))}", Tone.VALUE),
    )


def order_notes(orders: Sequence[Order]) -> tuple[Note, ...]:
    """How many, and how many of them can still be traded."""
    if not orders:
        return ()
    working = sum(order.is_working for order in orders)
    return _count(orders), (f"{working} working", Tone.WAIT if working else Tone.VALUE)


MARKET: Final[PanelKind[tuple[MarketSession, ...]]] = PanelKind(
    1, "MARKET", lambda seen: seen.sessions, 180, "The broker names no exchange."
)
INDICES: Final[PanelKind[tuple[Quote, ...]]] = PanelKind(
    2, "INDICES", lambda seen: seen.indices, 20, "The broker quotes no index."
)
FUNDS: Final[PanelKind[Funds]] = PanelKind(3, "FUNDS", lambda seen: seen.funds, 90, "")
POSITIONS: Final[PanelKind[tuple[Position, ...]]] = PanelKind(
    4, "POSITIONS", lambda seen: seen.positions, 30, "No positions today.", position_notes
)
HOLDINGS: Final[PanelKind[tuple[Holding, ...]]] = PanelKind(
    5, "HOLDINGS", lambda seen: seen.holdings, 180, "No holdings.", holding_notes
)
ORDERS: Final[PanelKind[tuple[Order, ...]]] = PanelKind(
    6, "ORDERS", lambda seen: seen.orders, 45, "No orders today.", order_notes
)
PROFILE: Final[PanelKind[Profile]] = PanelKind(7, "PROFILE", lambda seen: seen.profile, 180, "")
