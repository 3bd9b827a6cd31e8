"""What the account holds and what it has asked for. Money in rupees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class Funds:
    """Rupees available and used (broker docs: get-fund-and-margin)."""

    available: float
    used: float
    payin: float
    exposure: float


@dataclass(frozen=True, slots=True)
class Position:
    """One open or closed position of the day (broker docs: get-positions)."""

    symbol: str
    exchange: str
    product: str
    quantity: int
    average_price: float | None
    last_price: float
    pnl: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Shares in the demat account (broker docs: get-holdings).

    Attributes:
        average_price: what one share cost.
        close_price: of the session before.
        pnl: profit or loss since the purchase, of all shares.
        day_change: of one share since `close_price`; `day_change_percentage` the same in percent.
    """

    symbol: str
    exchange: str
    quantity: int
    average_price: float | None
    last_price: float
    close_price: float | None
    pnl: float
    day_change: float | None
    day_change_percentage: float | None


class Side(StrEnum):
    """Direction of an order, in the broker's word."""

    BUY = "BUY"
    SELL = "SELL"


_FINAL: Final = frozenset({"complete", "rejected", "cancelled", "cancelled after market order"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order of the day (broker docs: get-order-book).

    Attributes:
        product: `D` delivery, `I` intraday, `CO` cover, `MTF` margin.
        order_type: MARKET, LIMIT, SL or SL-M.
        quantity: ordered; `filled` of them are traded.
        price: the limit; None for a market order.
        average_price: of what is traded; None while nothing is.
        trigger_price: of a stop order; None for others.
        status: the broker's word, such as `trigger pending`.
        status_message: the broker's reason, such as that of a rejection; empty when there is none.
        placed_at: UTC.
    """

    order_id: str
    symbol: str
    exchange: str
    side: Side
    product: str
    order_type: str
    quantity: int
    filled: int
    price: float | None
    average_price: float | None
    trigger_price: float | None
    status: str
    status_message: str
    placed_at: datetime | None

    @property
    def is_working(self) -> bool:
        """Whether it can still be traded or changed: its status is none of the final ones."""
        return self.status not in _FINAL
