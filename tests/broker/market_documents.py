"""Market answers as the broker documents them (synthetic values)."""

from __future__ import annotations

from typing import Any

HOLDING: dict[str, Any] = {
    "isin": "INE040A01034",
    "company_name": "HDFC BANK LTD",
    "product": "D",
    "quantity": 60,
    "trading_symbol": "HDFCBANK",
    "tradingsymbol": "HDFCBANK",
    "last_price": 996.4,
    "close_price": 1001.15,
    "pnl": 11043.0,
    "day_change": -4.75,
    "day_change_percentage": -0.47,
    "instrument_token": "NSE_EQ|INE040A01034",
    "average_price": 812.35,
    "exchange": "NSE",
}

ORDER: dict[str, Any] = {
    "exchange": "NFO",
    "product": "D",
    "price": 101.5,
    "quantity": 150,
    "status": "trigger pending",
    "instrument_token": "NSE_FO|52618",
    "trading_symbol": "NIFTY26OCT24500CE",
    "tradingsymbol": "NIFTY26OCT24500CE",
    "order_type": "SL",
    "validity": "DAY",
    "trigger_price": 102.0,
    "transaction_type": "SELL",
    "average_price": 0.0,
    "filled_quantity": 0,
    "pending_quantity": 150,
    "status_message": None,
    "order_id": "261006000100003",
    "order_timestamp": "2026-10-06 10:19:07",
}

QUOTE: dict[str, Any] = {
    "ohlc": {"open": 1490.0, "high": 1502.3, "low": 1488.05, "close": 1496.1},
    "depth": {
        "buy": [
            {"quantity": 61, "price": 1496.05, "orders": 4},
            {"quantity": 9, "price": 1496.0, "orders": 1},
        ],
        "sell": [{"quantity": 140, "price": 1496.15, "orders": 7}],
    },
    "timestamp": "2026-10-06T11:00:00.250+05:30",
    "instrument_token": "NSE_EQ|INE002A01018",
    "symbol": "RELIANCE",
    "last_price": 1496.1,
    "volume": 5310022,
    "average_price": 1495.55,
    "oi": 0.0,
    "net_change": -8.9,
    "lower_circuit_limit": 1354.5,
    "upper_circuit_limit": 1655.5,
    "last_trade_time": "1791351000000",
}

INDEX: dict[str, Any] = {
    "ohlc": {"open": 25910.0, "high": 25990.5, "low": 25880.0, "close": 25950.1},
    "depth": {"buy": [{"quantity": 0, "price": 0.0, "orders": 0}], "sell": []},
    "timestamp": "2026-10-06T11:00:00+05:30",
    "instrument_token": "NSE_INDEX|Nifty 50",
    "symbol": None,
    "last_price": 25950.1,
    "volume": None,
    "average_price": 0.0,
    "oi": None,
    "net_change": None,
    "lower_circuit_limit": 0.0,
    "upper_circuit_limit": 0.0,
}


def _side(key: str, ltp: float) -> dict[str, Any]:
    return {
        "instrument_key": key,
        "market_data": {
            "ltp": ltp,
            "volume": 1200300,
            "oi": 900000.0,
            "close_price": 70.0,
            "bid_price": 73.9,
            "bid_qty": 225,
            "ask_price": 0.0,
            "ask_qty": 0,
            "prev_oi": 915000.0,
        },
        "option_greeks": {
            "vega": 12.31,
            "theta": -11.2,
            "gamma": 0.0007,
            "delta": 0.51,
            "iv": 11.42,
            "pop": 48.1,
        },
    }


CHAIN_ROW: dict[str, Any] = {
    "expiry": "2026-10-13",
    "pcr": 0.91,
    "strike_price": 25950.0,
    "underlying_key": "NSE_INDEX|Nifty 50",
    "underlying_spot_price": 25951.35,
    "call_options": _side("NSE_FO|40001", 74.0),
    "put_options": _side("NSE_FO|40002", 71.5),
}

CONTRACT: dict[str, Any] = {
    "name": "NIFTY",
    "segment": "NSE_FO",
    "expiry": "2026-10-13",
    "instrument_key": "NSE_FO|40001",
    "instrument_type": "CE",
    "strike_price": 25950.0,
    "underlying_key": "NSE_INDEX|Nifty 50",
}

CANDLES: dict[str, Any] = {
    "candles": [
        ["2026-10-06T09:20:00+05:30", 1491.0, 1493.2, 1490.5, 1492.0, 80210, 0],
        ["2026-10-06T09:15:00+05:30", 1490.0, 1492.5, 1488.05, 1491.0, 120400, 0],
    ]
}
