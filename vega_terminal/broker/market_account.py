"""Holdings and the order book (broker docs: get-holdings, get-order-book)."""

from __future__ import annotations

from typing import Final

from vega_terminal.broker.fields import Fields, rows
from vega_terminal.broker.gateway import Gateway
from vega_terminal.domain.market import Holding, Order, Side
from vega_terminal.domain.secret import Secret

_HOLDINGS: Final = "/v2/portfolio/long-term-holdings"
_ORDERS: Final = "/v2/order/retrieve-all"


async def fetch_holdings(gateway: Gateway, token: Secret, *, timeout: float) -> tuple[Holding, ...]:
    """Ask for the shares in the demat account. One unreadable row fails the call.

    Raises:
        BrokerError: no complete list could be had.
    """
    data = await gateway.get(_HOLDINGS, token, timeout=timeout)
    return tuple(_holding(row) for row in rows(data, "holdings"))


async def fetch_orders(gateway: Gateway, token: Secret, *, timeout: float) -> tuple[Order, ...]:
    """Ask for the day's orders. One unreadable row fails the call.

    Raises:
        BrokerError: SERVICE_HOURS from 00:00 to 05:30 IST, among others.
    """
    data = await gateway.get(_ORDERS, token, timeout=timeout)
    return tuple(_order(row) for row in rows(data, "orders"))


def symbol_of(row: Fields) -> str:
    """The trading symbol, under its present name or the deprecated one."""
    return row.text("trading_symbol", "") or row.text("tradingsymbol")


def _holding(row: Fields) -> Holding:
    return Holding(
        symbol=symbol_of(row),
        exchange=row.text("exchange"),
        quantity=row.whole("quantity"),
        average_price=row.number_or_none("average_price"),
        last_price=row.number("last_price"),
        close_price=row.number_or_none("close_price"),
        pnl=row.number("pnl"),
        day_change=row.number_or_none("day_change"),
        day_change_percentage=row.number_or_none("day_change_percentage"),
    )


def _order(row: Fields) -> Order:
    return Order(
        order_id=row.text("order_id"),
        symbol=symbol_of(row),
        exchange=row.text("exchange"),
        side=row.member("transaction_type", Side),
        product=row.text("product"),
        order_type=row.text("order_type"),
        quantity=row.whole("quantity"),
        filled=row.whole("filled_quantity"),
        price=row.price("price"),
        average_price=row.price("average_price"),
        trigger_price=row.price("trigger_price"),
        status=row.text("status"),
        status_message=row.text("status_message", ""),
        placed_at=row.moment_or_none("order_timestamp"),
    )
