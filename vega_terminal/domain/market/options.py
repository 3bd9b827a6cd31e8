"""The option chain: calls and puts of one underlying and one expiry, by strike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionQuote:
    """One contract's market and greeks (broker docs: put/call option chain). Money in rupees.

    Attributes:
        bid, ask: best prices; None where nobody offers.
        volume: traded in this session; `open_interest` the same unit, as the broker counts them.
        open_interest_change: since the session before.
        iv: implied volatility in percent a year.
        delta, gamma, theta, vega: as the broker computes them; theta a day, vega a percent of iv.
    """

    instrument_key: str
    last_price: float | None = None
    bid: float | None = None
    ask: float | None = None
    volume: int | None = None
    open_interest: float | None = None
    open_interest_change: float | None = None
    iv: float | None = None
    delta: float | None = None
    gamma: float | None = None
    theta: float | None = None
    vega: float | None = None


@dataclass(frozen=True, slots=True)
class OptionRow:
    """Call and put of one strike; None where there is no such contract."""

    strike: float
    call: OptionQuote | None
    put: OptionQuote | None


@dataclass(frozen=True, slots=True)
class OptionChain:
    """All strikes of one expiry, lowest first.

    Attributes:
        spot: price of the underlying; None when the broker did not say.
    """

    underlying_key: str
    expiry: date
    spot: float | None
    rows: tuple[OptionRow, ...]

    @property
    def at_the_money(self) -> float | None:
        """The strike nearest to the spot, the lower one of two; None when that cannot be said."""
        spot = self.spot
        if spot is None or not self.rows:
            return None
        return min((row.strike for row in self.rows), key=lambda strike: (abs(strike - spot), strike))
