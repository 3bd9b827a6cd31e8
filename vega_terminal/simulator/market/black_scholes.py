"""European option values, so that prices and greeks of the simulated chain agree."""

from __future__ import annotations

import math
from dataclasses import dataclass

RATE = 0.065
_YEAR_DAYS = 365.0
_SHORTEST_S = 60.0
YEAR_S = _YEAR_DAYS * 86400.0


@dataclass(frozen=True, slots=True)
class OptionValue:
    """Value and greeks; theta a day, vega a point of volatility, `pop` the chance of profit in percent."""

    price: float
    delta: float
    gamma: float
    theta: float
    vega: float
    pop: float


def value(*, spot: float, strike: float, life_s: float, volatility: float, is_call: bool) -> OptionValue:
    """Black and Scholes.

    Args:
        spot: price of the underlying.
        strike: price of exercise.
        life_s: seconds to expiry; taken as one minute at least.
        volatility: a year's, such as 0.13.
        is_call: whether it is a call; otherwise a put.
    """
    years = max(life_s, _SHORTEST_S) / YEAR_S
    spread = volatility * math.sqrt(years)
    d1 = (math.log(spot / strike) + (RATE + volatility**2 / 2) * years) / spread
    d2 = d1 - spread
    side = 1 if is_call else -1
    discounted = strike * math.exp(-RATE * years)
    decay = -spot * _density(d1) * volatility / (2 * math.sqrt(years)) - side * RATE * discounted * _below(
        side * d2
    )
    return OptionValue(
        price=side * (spot * _below(side * d1) - discounted * _below(side * d2)),
        delta=side * _below(side * d1),
        gamma=_density(d1) / (spot * spread),
        theta=decay / _YEAR_DAYS,
        vega=spot * _density(d1) * math.sqrt(years) / 100,
        pop=100 * _below(side * d2),
    )


def _below(x: float) -> float:
    return (1 + math.erf(x / math.sqrt(2))) / 2


def _density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)
