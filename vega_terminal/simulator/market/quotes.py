"""Rows of the quote routes, made from a listing and an instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vega_terminal.simulator.market.calendar import previous_close, session_start
from vega_terminal.simulator.market.listings import map_key, phase_of, to_tick
from vega_terminal.simulator.market.options import Option
from vega_terminal.simulator.schedule import IST

if TYPE_CHECKING:
    from vega_terminal.simulator.market.listings import Listing

_SAMPLES = 40
_DEPTH = 5
_SESSION_S = 6.25 * 3600


@dataclass(frozen=True, slots=True)
class Bar:
    """Open, high, low, close and volume of a span, which starts at `start_ms` since 1970."""

    open: float
    high: float
    low: float
    close: float
    volume: int
    start_ms: int

    def ohlc(self) -> dict[str, object]:
        """The four prices."""
        return {"open": self.open, "high": self.high, "low": self.low, "close": self.close}

    def ohlc_v3(self) -> dict[str, object]:
        """The four prices, volume and time."""
        return self.ohlc() | {"volume": self.volume, "ts": self.start_ms}


def bar(listing: Listing, start: datetime, end: datetime, samples: int = _SAMPLES) -> Bar:
    """What a listing did between two instants."""
    first, last = start.timestamp(), max(start, end).timestamp()
    step = (last - first) / samples
    prices = [listing.price_at(first + step * place) for place in range(samples + 1)]
    volume = _volume(listing, last - first)
    return Bar(prices[0], max(prices), min(prices), prices[-1], volume, int(first * 1000))


def day_bar(listing: Listing, moment: datetime) -> Bar:
    """The session so far; `close` is the last price."""
    return bar(listing, session_start(moment), moment)


def previous_day_bar(listing: Listing, moment: datetime) -> Bar:
    """The session before."""
    end = previous_close(moment)
    return bar(listing, session_start(end), end)


def volume_today(listing: Listing, moment: datetime) -> int:
    """What changed hands in the session so far."""
    return _volume(listing, (moment - session_start(moment)).total_seconds())


def close_before(listing: Listing, moment: datetime) -> float:
    """The previous session's close."""
    return listing.price_at(previous_close(moment).timestamp())


def ltp_row(listing: Listing, moment: datetime) -> dict[str, object]:
    """Row of `GET /v3/market-quote/ltp`."""
    return {
        "last_price": listing.price_at(moment.timestamp()),
        "instrument_token": listing.key,
        "ltq": _last_quantity(listing, moment),
        "volume": volume_today(listing, moment),
        "cp": close_before(listing, moment),
    }


def ohlc_row(listing: Listing, moment: datetime, interval: str) -> dict[str, object]:
    """Row of `GET /v3/market-quote/ohlc`; `1d` has no previous bar."""
    row: dict[str, object] = {
        "last_price": listing.price_at(moment.timestamp()),
        "instrument_token": listing.key,
    }
    if interval == "1d":
        return row | {"live_ohlc": day_bar(listing, moment).ohlc_v3()}
    span = timedelta(minutes=int(interval.removeprefix("I")))
    start = _start_of_span(moment, span)
    return row | {
        "prev_ohlc": bar(listing, start - span, start, 10).ohlc_v3(),
        "live_ohlc": bar(listing, start, moment, 10).ohlc_v3(),
    }


def greek_row(listing: Listing, moment: datetime) -> dict[str, object]:
    """Row of `GET /v3/market-quote/option-greek`; zeros for what is no option."""
    greeks: dict[str, object] = dict.fromkeys(("iv", "vega", "gamma", "theta", "delta"), 0.0)
    if isinstance(listing, Option):
        value = listing.value_at(moment.timestamp())
        spot = listing.series.underlying.price_at(moment.timestamp())
        greeks = {
            "iv": round(listing.volatility(spot), 4),
            "vega": round(value.vega, 4),
            "gamma": round(value.gamma, 6),
            "theta": round(value.theta, 4) + 0.0,
            "delta": round(value.delta, 4) + 0.0,
        }
    return ltp_row(listing, moment) | greeks | {"oi": float(listing.open_interest)}


def full_row(listing: Listing, moment: datetime) -> dict[str, object]:
    """Row of `GET /v2/market-quote/quotes`."""
    today, close = day_bar(listing, moment), close_before(listing, moment)
    bids, asks = _depth(listing, today.close, -1), _depth(listing, today.close, 1)
    return {
        "ohlc": today.ohlc(),
        "depth": {"buy": bids, "sell": asks},
        "timestamp": moment.astimezone(IST).isoformat(timespec="milliseconds"),
        "instrument_token": listing.key,
        "symbol": map_key(listing).partition(":")[2],
        "last_price": today.close,
        "volume": today.volume,
        "average_price": round((today.high + today.low + today.close) / 3, 2),
        "oi": float(listing.open_interest),
        "net_change": round(today.close - close, 2),
        "total_buy_quantity": float(sum(_quantity(level) for level in bids) * 37),
        "total_sell_quantity": float(sum(_quantity(level) for level in asks) * 41),
        "lower_circuit_limit": to_tick(close * 0.9),
        "upper_circuit_limit": to_tick(close * 1.1),
        "last_trade_time": str(int(moment.timestamp() * 1000)),
        "oi_day_high": float(listing.open_interest),
        "oi_day_low": float(listing.open_interest),
    }


def _depth(listing: Listing, price: float, side: int) -> list[dict[str, object]]:
    if not listing.daily_volume:
        return [{"quantity": 0, "price": 0.0, "orders": 0} for _ in range(_DEPTH)]
    unit = max(1, listing.daily_volume // 40_000)
    spread = int(phase_of(listing.key) * 10)
    return [
        {
            "quantity": unit * (level * 3 + 1 + (spread + level) % 5),
            "price": to_tick(price + side * 0.05 * (level + 1)),
            "orders": 2 + (spread + level * 7) % 19,
        }
        for level in range(_DEPTH)
    ]


def _volume(listing: Listing, seconds: float) -> int:
    return int(listing.daily_volume * min(1.0, seconds / _SESSION_S))


def _quantity(level: dict[str, object]) -> int:
    return int(str(level["quantity"]))


def _last_quantity(listing: Listing, moment: datetime) -> int:
    if not listing.daily_volume:
        return 0
    return 1 + int(moment.timestamp() + phase_of(listing.key) * 100) % 75


def _start_of_span(moment: datetime, span: timedelta) -> datetime:
    opening = session_start(moment)
    return opening + (moment - opening) // span * span
