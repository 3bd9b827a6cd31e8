"""Rows of the positions route."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vega_terminal.simulator.account.trades import trades_of
from vega_terminal.simulator.market.listings import map_key
from vega_terminal.simulator.market.quotes import close_before

if TYPE_CHECKING:
    from datetime import datetime

    from vega_terminal.simulator.account.trades import Trade
    from vega_terminal.simulator.market.listings import Listing
    from vega_terminal.simulator.population import Identity


@dataclass(frozen=True, slots=True)
class Position:
    """What was bought and sold of one listing today, and what it is worth now. All amounts in rupees."""

    listing: Listing
    product: str
    bought: int
    sold: int
    buy_value: float
    sell_value: float
    last_price: float

    @property
    def quantity(self) -> int:
        """What is held; negative when more was sold."""
        return self.bought - self.sold

    @property
    def buy_price(self) -> float:
        """Average of what was bought; 0 for nothing."""
        return self.buy_value / self.bought if self.bought else 0.0

    @property
    def sell_price(self) -> float:
        """Average of what was sold; 0 for nothing."""
        return self.sell_value / self.sold if self.sold else 0.0

    @property
    def pnl(self) -> float:
        """Profit and loss, realised and not."""
        return self.sell_value - self.buy_value + self.quantity * self.last_price

    @property
    def realised(self) -> float:
        """Profit and loss of what was closed again."""
        return min(self.bought, self.sold) * (self.sell_price - self.buy_price)


def positions_of(identity: Identity, moment: datetime) -> list[Position]:
    """One position a listing and product, in the order of the first trade."""
    filled: dict[tuple[str, str], list[Trade]] = {}
    for trade in trades_of(identity, moment):
        if trade.is_filled:
            filled.setdefault((trade.listing.key, trade.product), []).append(trade)
    return [_position(trades, moment) for trades in filled.values()]


def position_row(position: Position, moment: datetime) -> dict[str, object]:
    """Row of `GET /v2/portfolio/short-term-positions`."""
    segment = map_key(position.listing).partition(":")[0]
    return {
        "exchange": {"NSE_EQ": "NSE", "NSE_FO": "NFO"}[segment],
        "multiplier": 1.0,
        "value": round(position.buy_value - position.sell_value, 2),
        "pnl": round(position.pnl, 2),
        "product": position.product,
        "instrument_token": position.listing.key,
        "average_price": round(position.buy_price if position.quantity > 0 else position.sell_price, 2)
        or None,
        "trading_symbol": position.listing.symbol,
        "tradingsymbol": position.listing.symbol,
        "last_price": position.last_price,
        "close_price": close_before(position.listing, moment),
        "quantity": position.quantity,
        "unrealised": round(position.pnl - position.realised, 2),
        "realised": round(position.realised, 2) + 0.0,
        "buy_value": round(position.buy_value, 2),
        "sell_value": round(position.sell_value, 2),
        "buy_price": round(position.buy_price, 2),
        "sell_price": round(position.sell_price, 2),
        **_day_and_overnight(position),
    }


def _day_and_overnight(position: Position) -> dict[str, object]:
    return {
        "day_buy_quantity": position.bought,
        "day_buy_value": round(position.buy_value, 2),
        "day_buy_price": round(position.buy_price, 2),
        "day_sell_quantity": position.sold,
        "day_sell_value": round(position.sell_value, 2),
        "day_sell_price": round(position.sell_price, 2),
        "overnight_quantity": 0,
        "overnight_buy_amount": 0.0,
        "overnight_buy_quantity": 0,
        "overnight_sell_amount": 0.0,
        "overnight_sell_quantity": 0,
    }


def _position(trades: list[Trade], moment: datetime) -> Position:
    buys = [trade for trade in trades if trade.quantity > 0]
    sells = [trade for trade in trades if trade.quantity < 0]
    return Position(
        listing=trades[0].listing,
        product=trades[0].product,
        bought=sum(trade.quantity for trade in buys),
        sold=-sum(trade.quantity for trade in sells),
        buy_value=math.fsum(trade.quantity * trade.price for trade in buys),
        sell_value=math.fsum(-trade.quantity * trade.price for trade in sells),
        last_price=trades[0].listing.price_at(moment.timestamp()),
    )
