"""What is listed on the simulated exchanges, and each price as a function of time.

Prices are sums of slow waves, so the same instant has the same price in every process, and they
move at all hours: a demonstration at night is alive, too.
"""

from __future__ import annotations

import functools
import hashlib
import math
from dataclasses import dataclass
from typing import Protocol

_TICK = 0.05
_WAVES = (  # height as a part of the level, and period in seconds
    (0.035, 41 * 86400.0),
    (0.007, 6.3 * 86400.0),
    (0.0035, 5.1 * 3600.0),
    (0.0006, 540.0),
    (0.0002, 47.0),
)


class Listing(Protocol):
    """Anything that has a price."""

    @property
    def key(self) -> str:
        """Instrument key, such as `NSE_EQ|INE002A01018`."""
        ...

    @property
    def symbol(self) -> str:
        """Trading symbol."""
        ...

    @property
    def daily_volume(self) -> int:
        """Shares or contracts on a usual day."""
        ...

    @property
    def open_interest(self) -> int:
        """Contracts open; 0 for what has none."""
        ...

    def price_at(self, epoch: float) -> float:
        """The price in rupees at an instant in seconds since 1970."""
        ...


@dataclass(frozen=True, slots=True)
class Stock:
    """A share, or an index (which has no ISIN and no volume).

    Attributes:
        level: the price that it moves around, in rupees.
        liveliness: how much it moves, against an index of shares.
    """

    key: str
    symbol: str
    name: str
    level: float
    daily_volume: int = 0
    isin: str = ""
    open_interest: int = 0
    liveliness: float = 1.0

    def price_at(self, epoch: float) -> float:
        """The price in rupees at an instant in seconds since 1970."""
        phase = phase_of(self.key)
        wave = sum(
            height * math.sin(2 * math.pi * epoch / period + phase * (place + 1))
            for place, (height, period) in enumerate(_WAVES)
        )
        return to_tick(self.level * (1 + self.liveliness * wave))


@functools.cache
def phase_of(key: str) -> float:
    """An angle that belongs to a key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32 * 2 * math.pi


def to_tick(price: float) -> float:
    """The nearest price that can be traded, at least one tick."""
    return max(_TICK, round(round(price / _TICK) * _TICK, 2))


def map_key(listing: Listing) -> str:
    """The key of the answer map: exchange segment, colon, symbol."""
    return f"{listing.key.partition('|')[0]}:{listing.symbol}"


NIFTY = Stock("NSE_INDEX|Nifty 50", "Nifty 50", "Nifty 50", 25_950.0)
BANKNIFTY = Stock("NSE_INDEX|Nifty Bank", "Nifty Bank", "Nifty Bank", 58_700.0)
SENSEX = Stock("BSE_INDEX|SENSEX", "SENSEX", "SENSEX", 84_900.0)
INDIA_VIX = Stock("NSE_INDEX|India VIX", "India VIX", "India VIX", 12.4, liveliness=4.0)


def _share(isin: str, symbol: str, name: str, level: float, daily_volume: int) -> Stock:
    return Stock(f"NSE_EQ|{isin}", symbol, name, level, daily_volume, isin, liveliness=1.7)


STOCKS = (
    NIFTY,
    BANKNIFTY,
    SENSEX,
    INDIA_VIX,
    _share("INE002A01018", "RELIANCE", "RELIANCE INDUSTRIES LTD", 1_496.0, 11_800_000),
    _share("INE040A01034", "HDFCBANK", "HDFC BANK LTD", 996.0, 19_400_000),
    _share("INE090A01021", "ICICIBANK", "ICICI BANK LTD", 1_372.0, 9_300_000),
    _share("INE467B01029", "TCS", "TATA CONSULTANCY SERV LT", 3_085.0, 2_600_000),
    _share("INE009A01021", "INFY", "INFOSYS LIMITED", 1_504.0, 7_700_000),
    _share("INE062A01020", "SBIN", "STATE BANK OF INDIA", 968.0, 10_900_000),
    _share("INE154A01025", "ITC", "ITC LTD", 405.0, 13_500_000),
    _share("INE018A01030", "LT", "LARSEN & TOUBRO LTD.", 4_012.0, 1_900_000),
    _share("INE397D01024", "BHARTIARTL", "BHARTI AIRTEL LIMITED", 2_105.0, 5_200_000),
    _share("INE030A01027", "HINDUNILVR", "HINDUSTAN UNILEVER LTD.", 2_431.0, 1_400_000),
    _share("INE238A01034", "AXISBANK", "AXIS BANK LIMITED", 1_251.0, 6_100_000),
    _share("INE585B01010", "MARUTI", "MARUTI SUZUKI INDIA LTD.", 15_860.0, 420_000),
)
STOCK_BY_SYMBOL = {stock.symbol: stock for stock in STOCKS}
STOCK_BY_KEY = {stock.key: stock for stock in STOCKS}
