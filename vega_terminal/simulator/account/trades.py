"""What a customer did: the trades that positions, orders and funds are computed from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from vega_terminal.simulator.market.calendar import session_start
from vega_terminal.simulator.market.listings import NIFTY, STOCK_BY_SYMBOL, to_tick
from vega_terminal.simulator.market.options import SERIES_BY_UNDERLYING, contracts

if TYPE_CHECKING:
    from datetime import datetime

    from vega_terminal.simulator.market.listings import Listing
    from vega_terminal.simulator.market.options import Option
    from vega_terminal.simulator.population import Identity


class OrderStatus(StrEnum):
    """The order states that occur here; the broker has more."""

    COMPLETE = "complete"
    OPEN = "open"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    TRIGGER_PENDING = "trigger pending"


@dataclass(frozen=True, slots=True)
class Trade:
    """One order of the day.

    Attributes:
        quantity: shares, positive to buy and negative to sell.
        placed_at: IST.
        price: the limit, or what it was filled at.
    """

    listing: Listing
    product: str
    quantity: int
    price: float
    status: OrderStatus
    order_type: str
    placed_at: datetime

    @property
    def is_filled(self) -> bool:
        """Whether it changed the positions."""
        return self.status is OrderStatus.COMPLETE


class _Plan(NamedTuple):
    listing: Listing
    product: str
    quantity: int
    status: OrderStatus
    order_type: str
    minute: int


def trades_of(identity: Identity, moment: datetime) -> list[Trade]:
    """The orders of the session at `moment`, oldest first; customers differ in size only."""
    size = identity.wealth
    opening = session_start(moment)
    option = _at_the_money_call(opening)
    lot = option.series.lot_size
    plans = (
        _Plan(STOCK_BY_SYMBOL["RELIANCE"], "I", 50 * size, OrderStatus.COMPLETE, "MARKET", 4),
        _Plan(option, "D", lot * 2 * size, OrderStatus.COMPLETE, "LIMIT", 9),
        _Plan(STOCK_BY_SYMBOL["SBIN"], "I", -120 * size, OrderStatus.COMPLETE, "MARKET", 16),
        _Plan(STOCK_BY_SYMBOL["MARUTI"], "D", 900 * size, OrderStatus.REJECTED, "MARKET", 21),
        _Plan(STOCK_BY_SYMBOL["INFY"], "I", 80 * size, OrderStatus.COMPLETE, "LIMIT", 27),
        _Plan(STOCK_BY_SYMBOL["INFY"], "I", -80 * size, OrderStatus.COMPLETE, "MARKET", 55),
        _Plan(STOCK_BY_SYMBOL["TCS"], "D", 10 * size, OrderStatus.CANCELLED, "LIMIT", 61),
        _Plan(option, "D", -lot * 2 * size, OrderStatus.TRIGGER_PENDING, "SL", 64),
        _Plan(STOCK_BY_SYMBOL["ITC"], "D", 200 * size, OrderStatus.OPEN, "LIMIT", 72),
    )
    return [_trade(plan, opening) for plan in plans if opening + timedelta(minutes=plan.minute) <= moment]


def _at_the_money_call(opening: datetime) -> Option:
    nearest, *_ = SERIES_BY_UNDERLYING[NIFTY.key].expiries(opening.date())
    calls = [each for each in contracts(SERIES_BY_UNDERLYING[NIFTY.key], opening, nearest) if each.is_call]
    return calls[len(calls) // 2]


def _trade(plan: _Plan, opening: datetime) -> Trade:
    placed = opening + timedelta(minutes=plan.minute)
    market = plan.listing.price_at(placed.timestamp())
    price = to_tick(market if plan.status is OrderStatus.COMPLETE else market * 0.985)
    return Trade(plan.listing, plan.product, plan.quantity, price, plan.status, plan.order_type, placed)
