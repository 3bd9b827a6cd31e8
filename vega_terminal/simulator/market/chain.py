"""Rows of the two option routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vega_terminal.simulator.market.listings import to_tick
from vega_terminal.simulator.market.quotes import close_before, volume_today

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from vega_terminal.simulator.market.options import Option

_LOTS_IN_A_FREEZE = 24


def chain_rows(options: Iterable[Option], moment: datetime) -> list[dict[str, object]]:
    """`data` of `GET /v2/option/chain`: one row a strike, with its call and its put."""
    sides: dict[int, dict[str, Option]] = {}
    for option in options:
        sides.setdefault(option.strike, {})[option.side] = option
    return [_chain_row(pair["CE"], pair["PE"], moment) for _, pair in sorted(sides.items())]


def contract_row(option: Option) -> dict[str, object]:
    """Row of `GET /v2/option/contract`."""
    series = option.series
    return {
        "name": series.symbol,
        "segment": "NSE_FO",
        "exchange": "NSE",
        "expiry": option.expiry.isoformat(),
        "weekly": series.weekly,
        "instrument_key": option.key,
        "exchange_token": option.key.partition("|")[2],
        "trading_symbol": f"{series.symbol} {option.strike} {option.side} {option.expiry:%d %b %y}".upper(),
        "tick_size": 5.0,
        "lot_size": series.lot_size,
        "instrument_type": option.side,
        "freeze_quantity": float(series.lot_size * _LOTS_IN_A_FREEZE),
        "underlying_key": series.underlying.key,
        "underlying_type": "INDEX",
        "underlying_symbol": series.symbol,
        "strike_price": float(option.strike),
        "minimum_lot": series.lot_size,
    }


def _chain_row(call: Option, put: Option, moment: datetime) -> dict[str, object]:
    underlying = call.series.underlying
    return {
        "expiry": call.expiry.isoformat(),
        "pcr": round(put.open_interest / call.open_interest, 4),
        "strike_price": float(call.strike),
        "underlying_key": underlying.key,
        "underlying_spot_price": underlying.price_at(moment.timestamp()),
        "call_options": _side(call, moment),
        "put_options": _side(put, moment),
    }


def _side(option: Option, moment: datetime) -> dict[str, object]:
    value = option.value_at(moment.timestamp())
    spot = option.series.underlying.price_at(moment.timestamp())
    price, lot = to_tick(value.price), option.series.lot_size
    return {
        "instrument_key": option.key,
        "market_data": {
            "ltp": price,
            "volume": volume_today(option, moment),
            "oi": float(option.open_interest),
            "close_price": close_before(option, moment),
            "bid_price": to_tick(price - 0.1),
            "bid_qty": lot * (3 + option.strike // 50 % 7),
            "ask_price": to_tick(price + 0.1),
            "ask_qty": lot * (2 + option.strike // 50 % 9),
            "prev_oi": float(option.open_interest - lot * 120),
        },
        "option_greeks": {
            "vega": round(value.vega, 4),
            "theta": round(value.theta, 4) + 0.0,
            "gamma": round(value.gamma, 6),
            "delta": round(value.delta, 4) + 0.0,
            "iv": round(100 * option.volatility(spot), 2),
            "pop": round(value.pop, 2),
        },
    }
