"""Answers as the broker documents them (synthetic values)."""

from __future__ import annotations

from typing import Any

PROFILE: dict[str, Any] = {
    "email": "asha@example.com",
    "exchanges": ["NSE", "NFO", "BSE", "MCX"],
    "products": ["D", "CO", "I", "MTF"],
    "broker": "UPSTOX",
    "user_id": "AB1234",
    "user_name": "Asha Rao",
    "order_types": ["MARKET", "LIMIT"],
    "user_type": "individual",
    "poa": False,
    "ddpi": False,
    "is_active": True,
}

FUNDS: dict[str, Any] = {
    "available_to_trade": {
        "total": 152340.55,
        "cash_available_to_trade": {
            "total": 102340.55,
            "cash": {
                "opening_balance": 100000.0,
                "added_today": 25000.0,
                "withdrawn_today": 0.0,
                "amount_from_stock_sale": 0.0,
                "unpaid_charges": -12.5,
            },
            "margin_used": {"total": 22500.0, "mtf": 0.0, "span_exposure": 20000.0},
        },
        "pledge_available_to_trade": {
            "total": 50000.0,
            "margin_from_pledge": {"total": 60000.0, "equity": 60000.0, "mutual_funds": 0.0},
            "margin_used": {"total": 10000.0, "mtf": 0.0, "span_exposure": 9000.0},
        },
    },
    "unavailable_to_trade": {"pledge_unavailable_to_trade": {"equity": 0.0, "mutual_funds": 0.0}},
}

POSITION: dict[str, Any] = {
    "exchange": "NFO",
    "multiplier": 1.0,
    "value": -5250.0,
    "pnl": -310.5,
    "product": "D",
    "instrument_token": "NSE_FO|52618",
    "average_price": None,
    "quantity": -75,
    "last_price": 74.15,
    "unrealised": -310.5,
    "realised": 0.0,
    "trading_symbol": "BANKNIFTY26OCT55000CE",
    "tradingsymbol": "BANKNIFTY26OCT55000CE",
    "close_price": 70.0,
}

SESSION: dict[str, Any] = {"exchange": "NSE", "status": "NORMAL_OPEN", "last_updated": 1791258300000}


def enveloped(data: object) -> dict[str, object]:
    return {"status": "success", "data": data}
