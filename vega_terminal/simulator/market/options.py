"""Index options: which contracts exist, what they cost, and the option chain."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from vega_terminal.simulator.market import black_scholes
from vega_terminal.simulator.market.calendar import previous_close
from vega_terminal.simulator.market.listings import BANKNIFTY, NIFTY, Stock, phase_of, to_tick
from vega_terminal.simulator.schedule import IST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vega_terminal.simulator.market.black_scholes import OptionValue

_TUESDAY = 1
_EXPIRY_TIME = time(15, 30)
_STRIKES_EACH_SIDE = 12
_DAY_ZERO = date(2020, 1, 1)
_KEY = re.compile(r"NSE_FO\|(?P<series>\d)(?P<days>\d{4})(?P<strike>\d{6})(?P<side>[12])")


@dataclass(frozen=True, slots=True)
class Series:
    """The options on one index. `number` marks their instrument keys."""

    number: int
    underlying: Stock
    symbol: str
    strike_step: int
    lot_size: int
    volatility: float
    weekly: bool

    def expiries(self, today: date) -> list[date]:
        """The next expiries: four weeks' Tuesdays, or the last Tuesdays of three months."""
        first = today + timedelta(days=(_TUESDAY - today.weekday()) % 7)
        tuesdays = [first + timedelta(weeks=week) for week in range(16)]
        if self.weekly:
            return tuesdays[:4]
        return [day for day in tuesdays if (day + timedelta(weeks=1)).month != day.month][:3]

    def strikes(self, moment: datetime) -> list[int]:
        """Strikes around the last close, the same all day."""
        spot = self.underlying.price_at(previous_close(moment).timestamp())
        middle = round(spot / self.strike_step)
        span = range(middle - _STRIKES_EACH_SIDE, middle + _STRIKES_EACH_SIDE + 1)
        return [number * self.strike_step for number in span]


@dataclass(frozen=True, slots=True)
class Option:
    """One contract."""

    series: Series
    expiry: date
    strike: int
    is_call: bool

    @property
    def key(self) -> str:
        """Instrument key; it holds everything that makes the contract."""
        days = (self.expiry - _DAY_ZERO).days
        return f"NSE_FO|{self.series.number}{days:04d}{self.strike:06d}{1 if self.is_call else 2}"

    @property
    def side(self) -> str:
        """CE or PE."""
        return "CE" if self.is_call else "PE"

    @property
    def symbol(self) -> str:
        """Trading symbol, such as NIFTY25NOV26C26000."""
        return f"{self.series.symbol}{self.expiry:%d%b%y}{self.side[0]}{self.strike}".upper()

    @property
    def daily_volume(self) -> int:
        """Contracts on a usual day."""
        return self.open_interest * 6

    @property
    def open_interest(self) -> int:
        """Contracts open, most at round strikes."""
        roundness = 3 if self.strike % (self.series.strike_step * 10) == 0 else 1
        lots = int(4_000 * roundness * (1.2 + math.sin(phase_of(self.key))))
        return lots * self.series.lot_size

    def volatility(self, spot: float) -> float:
        """Implied volatility, with a smile and a skew to the downside."""
        distance = math.log(self.strike / spot)
        return self.series.volatility * (1 + 9 * distance**2 - 0.9 * distance)

    def value_at(self, epoch: float) -> OptionValue:
        """Theoretical value and greeks."""
        spot = self.series.underlying.price_at(epoch)
        life_s = datetime.combine(self.expiry, _EXPIRY_TIME, IST).timestamp() - epoch
        return black_scholes.value(
            spot=spot,
            strike=self.strike,
            life_s=life_s,
            volatility=self.volatility(spot),
            is_call=self.is_call,
        )

    def price_at(self, epoch: float) -> float:
        """The price in rupees at an instant in seconds since 1970."""
        return to_tick(self.value_at(epoch).price)


SERIES = (
    Series(1, NIFTY, "NIFTY", 50, 75, 0.115, weekly=True),
    Series(2, BANKNIFTY, "BANKNIFTY", 100, 35, 0.128, weekly=False),
)
SERIES_BY_UNDERLYING = {series.underlying.key: series for series in SERIES}


def contracts(series: Series, moment: datetime, expiry: date | None = None) -> Iterator[Option]:
    """Every contract of a series, or of one of its expiries, by expiry, strike and side."""
    expiries = series.expiries(moment.astimezone(IST).date())
    for day in expiries if expiry is None else [each for each in expiries if each == expiry]:
        for strike in series.strikes(moment):
            yield Option(series, day, strike, is_call=True)
            yield Option(series, day, strike, is_call=False)


def option_of(key: str) -> Option | None:
    """The contract that an instrument key stands for."""
    parts = _KEY.fullmatch(key)
    series = next((each for each in SERIES if parts and each.number == int(parts["series"])), None)
    if parts is None or series is None or int(parts["strike"]) % series.strike_step:
        return None
    expiry = _DAY_ZERO + timedelta(days=int(parts["days"]))
    return Option(series, expiry, int(parts["strike"]), is_call=parts["side"] == "1")
