"""Rows of the order book."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vega_terminal.simulator.account.trades import OrderStatus, Trade, trades_of
from vega_terminal.simulator.market.listings import map_key

if TYPE_CHECKING:
    from datetime import datetime

    from vega_terminal.simulator.population import Identity

_REJECTION = "RMS:Margin Exceeds, Cash Available is short of the order value"


def order_rows(identity: Identity, moment: datetime) -> list[dict[str, object]]:
    """`data` of `GET /v2/order/retrieve-all`, oldest first."""
    return [_row(number, trade, identity) for number, trade in enumerate(trades_of(identity, moment), 1)]


def _row(number: int, trade: Trade, identity: Identity) -> dict[str, object]:
    placed = f"{trade.placed_at:%Y-%m-%d %H:%M:%S}"
    segment = map_key(trade.listing).partition(":")[0]
    order_id = f"{trade.placed_at:%y%m%d}000{identity.user_id[-4:]}{number:03d}"
    quantity = abs(trade.quantity)
    filled = quantity if trade.is_filled else 0
    waiting = trade.status in (OrderStatus.OPEN, OrderStatus.TRIGGER_PENDING)
    rejection = _REJECTION if trade.status is OrderStatus.REJECTED else None
    return {
        "exchange": {"NSE_EQ": "NSE", "NSE_FO": "NFO"}[segment],
        "product": trade.product,
        "price": 0.0 if trade.order_type == "MARKET" else trade.price,
        "quantity": quantity,
        "status": trade.status.value,
        "guid": None,
        "tag": None,
        "instrument_token": trade.listing.key,
        "placed_by": identity.user_id,
        "trading_symbol": trade.listing.symbol,
        "tradingsymbol": trade.listing.symbol,
        "order_type": trade.order_type,
        "validity": "DAY",
        "trigger_price": trade.price if trade.order_type == "SL" else 0.0,
        "disclosed_quantity": 0,
        "transaction_type": "BUY" if trade.quantity > 0 else "SELL",
        "average_price": trade.price if filled else 0.0,
        "filled_quantity": filled,
        "pending_quantity": quantity if waiting else 0,
        "status_message": rejection,
        "status_message_raw": rejection,
        "exchange_order_id": f"1{order_id}" if rejection is None else "",
        "parent_order_id": None,
        "order_id": order_id,
        "variety": "SIMPLE",
        "order_timestamp": placed,
        "exchange_timestamp": placed if rejection is None else None,
        "is_amo": False,
        "order_request_id": "1",
        "order_ref_id": f"GTN{order_id}",
    }
