"""Rows of the holdings route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vega_terminal.simulator.market.listings import STOCK_BY_SYMBOL, Stock
from vega_terminal.simulator.market.quotes import close_before

if TYPE_CHECKING:
    from datetime import datetime

    from vega_terminal.simulator.population import Identity

_HELD = (
    ("HDFCBANK", 60, 812.35),
    ("TCS", 24, 3_462.10),
    ("ITC", 350, 382.75),
    ("BHARTIARTL", 40, 1_120.40),
    ("LT", 15, 3_318.0),
)


def holding_rows(identity: Identity, moment: datetime) -> list[dict[str, object]]:
    """`data` of `GET /v2/portfolio/long-term-holdings`; customers differ in size only."""
    size = identity.wealth
    return [_row(STOCK_BY_SYMBOL[symbol], quantity * size, cost, moment) for symbol, quantity, cost in _HELD]


def _row(stock: Stock, quantity: int, cost: float, moment: datetime) -> dict[str, object]:
    last, close = stock.price_at(moment.timestamp()), close_before(stock, moment)
    return {
        "isin": stock.isin,
        "cnc_used_quantity": 0,
        "collateral_type": "WC",
        "company_name": stock.name,
        "haircut": 0.2,
        "product": "D",
        "quantity": quantity,
        "trading_symbol": stock.symbol,
        "tradingsymbol": stock.symbol,
        "last_price": last,
        "close_price": close,
        "pnl": round(quantity * (last - cost), 2),
        "day_change": round(last - close, 2),
        "day_change_percentage": round(100 * (last - close) / close, 2),
        "instrument_token": stock.key,
        "average_price": cost,
        "collateral_quantity": 0,
        "collateral_update_quantity": 0,
        "t1_quantity": 0,
        "exchange": "NSE",
    }
