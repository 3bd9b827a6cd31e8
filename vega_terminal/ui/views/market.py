"""The dashboard's panels in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from vega_terminal.domain.market import Funds, MarketSession, Panel, Position, Profile
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.times import NOTHING, age, ist_time

Fact = tuple[str, str]
MINUS: Final = "\N{MINUS SIGN}"
STALE_AFTER: Final = 30.0
"""Seconds after which data must look old."""


@dataclass(frozen=True, slots=True)
class PanelFoot:
    """Age and trouble of one panel."""

    age: str
    trouble: str | None
    stale: bool


@dataclass(frozen=True, slots=True)
class PositionRow:
    """One position, every text ready; `tone` belongs to the P&L."""

    key: str
    symbol: str
    exchange: str
    product: str
    quantity: str
    average: str
    last: str
    pnl: str
    tone: Tone


def rupees(amount: float) -> str:
    """Money with two decimals in Indian grouping, `12,34,567.80`; a dash for what is no number."""
    if not math.isfinite(amount):
        return NOTHING
    sign = MINUS if amount < 0 else ""
    whole, _, paise = f"{abs(amount):.2f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return f"{sign}{','.join([*groups, tail])}.{paise}"


def gain(amount: float) -> tuple[str, Tone]:
    """Profit or loss with arrow and sign, so that colour is never the only channel."""
    if not math.isfinite(amount) or round(amount, 2) == 0:
        return f"■ {rupees(abs(round(amount, 2)))}", Tone.VALUE
    if amount > 0:
        return f"▲ +{rupees(amount)}", Tone.GOOD
    return f"▼ {rupees(amount)}", Tone.BAD


def panel_foot(panel: Panel[Any], now: datetime) -> PanelFoot:
    """How old a panel's data is at `now` and why it is not newer."""
    old = panel.fetched_at is not None and (now - panel.fetched_at).total_seconds() > STALE_AFTER
    trouble = None if panel.failure is None else safe_text(str(panel.failure))
    shown = NOTHING if panel.fetched_at is None else f"{age(panel.fetched_at, now)} old"
    return PanelFoot(shown, trouble, stale=old)


def session_lines(sessions: Iterable[MarketSession]) -> tuple[tuple[str, str, str, Tone], ...]:
    """Exchange, glyph with word, time of the change, tone: one line an exchange."""
    return tuple(
        (
            safe_text(session.exchange, 6),
            f"{'●' if session.is_open else '○'} {safe_text(session.status, 20).replace('_', ' ')}",
            ist_time(session.updated_at),
            Tone.GOOD if session.is_open else Tone.MUTED,
        )
        for session in sessions
    )


def profile_facts(profile: Profile) -> tuple[Fact, ...]:
    """Who it is."""
    return (
        ("User", f"{safe_text(profile.user_name, 40)} ({safe_text(profile.user_id, 16)})"),
        ("Email", safe_text(profile.email, 48)),
        ("Exchanges", safe_text(" ".join(profile.exchanges), 60)),
        ("Products", safe_text(" ".join(profile.products), 40)),
        ("Active", "yes" if profile.is_active else "no: reactivate the segments at the broker"),
    )


def funds_facts(funds: Funds) -> tuple[Fact, ...]:
    """Money of the account, in rupees."""
    return (
        ("Available", rupees(funds.available)),
        ("Used", rupees(funds.used)),
        ("Pay-in", rupees(funds.payin)),
        ("Exposure", rupees(funds.exposure)),
    )


def position_rows(positions: Iterable[Position]) -> tuple[PositionRow, ...]:
    """The rows of the positions table, in the broker's stable order."""
    return tuple(_row(index, position) for index, position in enumerate(positions))


def _row(index: int, position: Position) -> PositionRow:
    pnl, tone = gain(position.pnl)
    quantity = f"{position.quantity:+d}".replace("-", MINUS) if position.quantity else "0"
    return PositionRow(
        key=f"{index}:{position.exchange}:{position.symbol}:{position.product}",
        symbol=safe_text(position.symbol, 28),
        exchange=safe_text(position.exchange, 6),
        product=safe_text(position.product, 8),
        quantity=quantity,
        average=NOTHING if position.average_price is None else rupees(position.average_price),
        last=rupees(position.last_price),
        pnl=pnl,
        tone=tone,
    )


def total_gain(positions: Iterable[Position]) -> tuple[str, Tone]:
    """The sum of all profits and losses."""
    return gain(sum(position.pnl for position in positions))
