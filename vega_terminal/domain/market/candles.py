"""Prices over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CandleInterval(StrEnum):
    """Lengths of a candle that the terminal draws."""

    MINUTE_1 = "1m"
    MINUTE_5 = "5m"
    MINUTE_15 = "15m"
    MINUTE_30 = "30m"
    HOUR = "1h"
    DAY = "1d"
    WEEK = "1w"
    MONTH = "1mo"

    @property
    def longest_days(self) -> int:
        """How many days back the broker answers at once (broker docs: historical candle data v3)."""
        if self in (CandleInterval.MINUTE_1, CandleInterval.MINUTE_5, CandleInterval.MINUTE_15):
            return 28  # one month, and February is one
        if self in (CandleInterval.MINUTE_30, CandleInterval.HOUR):
            return 89  # one quarter
        return 3650  # one decade


@dataclass(frozen=True, slots=True)
class Candle:
    """What one instrument did in one interval. Money in rupees, index levels in points.

    Attributes:
        at: when the interval began, UTC.
        volume: shares or contracts traded; 0 for an index.
        open_interest: at the end; 0 for what has none.
    """

    at: datetime
    open: float
    high: float
    low: float
    close: float
    volume: int
    open_interest: float
