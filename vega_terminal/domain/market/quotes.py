"""Sessions and prices. Money in rupees, index levels in points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Exchange(StrEnum):
    """Exchanges whose session the dashboard shows."""

    NSE = "NSE"
    BSE = "BSE"
    MCX = "MCX"


@dataclass(frozen=True, slots=True)
class MarketSession:
    """One exchange's session, in the broker's word (such as NORMAL_OPEN)."""

    exchange: str
    status: str
    updated_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether continuous trading is on."""
        return self.status == "NORMAL_OPEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One instrument's market, shares and indices alike (broker docs: full market quotes).

    Attributes:
        instrument_key: such as `NSE_EQ|INE002A01018`, the form that is asked with.
        symbol: the exchange's, such as `RELIANCE`.
        previous_close: of the session before.
        open, high, low: of this session.
        volume: shares or contracts traded in this session.
        open_interest: contracts; None or 0 for what has none.
        bid, ask: best prices, with their quantities; None where nobody offers, as for an index.
        average_price: volume-weighted, of this session.
        lower_circuit, upper_circuit: the exchange's price limits of the day.
        at: when the broker made the quote, UTC.
    """

    instrument_key: str
    symbol: str
    last_price: float
    previous_close: float | None = None
    open: float | None = None
    high: float | None = None
    low: float | None = None
    volume: int | None = None
    open_interest: float | None = None
    bid: float | None = None
    bid_quantity: int | None = None
    ask: float | None = None
    ask_quantity: int | None = None
    average_price: float | None = None
    lower_circuit: float | None = None
    upper_circuit: float | None = None
    at: datetime | None = None

    @property
    def change(self) -> float | None:
        """Since the previous close, in the unit of the price."""
        return None if self.previous_close is None else self.last_price - self.previous_close

    @property
    def change_percent(self) -> float | None:
        """Since the previous close, in percent of it; None without a close to compare with."""
        if self.change is None or not self.previous_close:
            return None
        return 100 * self.change / self.previous_close
