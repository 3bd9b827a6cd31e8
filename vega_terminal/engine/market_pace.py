"""How often the broker is asked.

It allows a user 50 calls a second, 500 a minute and 2000 in 30 minutes, over all apps and programs (broker
docs: rate-limiting). At these intervals the dashboard makes 30 calls a minute, 900 in 30 minutes:

| panel | every | calls in 30 minutes |
|---|---|---|
| indices | 5 s | 360 |
| positions | 10 s | 180 |
| orders | 15 s | 120 |
| sessions (three calls) | 60 s | 90 |
| funds | 30 s | 60 |
| holdings, profile | 60 s | 30 each |
| the gate's own proof | 60 s | 30 |

Only the screen that is looked at asks. A market function may ask as often as it likes: the same question goes
to the broker at most each 2 s for quotes (900 in 30 minutes), 3 s for an option chain, 15 s for candles (two
calls), 10 minutes for expiries and an hour for holidays; in between it gets the same answer.

After an answer 429 a read waits as long as the broker asks, or twice as long as the time before. Any other
failure is tried again sooner than usual, but not at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from vega_terminal.domain.failure import Failure, FailureKind

QUOTES_SECONDS: Final = 2.0
OPTION_CHAIN_SECONDS: Final = 3.0
CANDLES_SECONDS: Final = 15.0
EXPIRIES_SECONDS: Final = 600.0
HOLIDAYS_SECONDS: Final = 3600.0

RETRY_SECONDS: Final = 15.0
"""After a failure, for what is asked more seldom than that."""
LONGEST_BACKOFF: Final = 300.0
"""Seconds; the most that a read slows down when the broker does not say for how long."""


class Pace:
    """When one read may be made again. Wall-clock times in UTC; a clock set back delays nothing."""

    def __init__(self, interval: float) -> None:
        """Ask every `interval` seconds while all goes well."""
        self._interval = interval
        self._asked_at: datetime | None = None
        self._wait = 0.0
        self._limited = 0

    def is_due(self, now: datetime) -> bool:
        """Whether it may be asked at `now`."""
        if self._asked_at is None or now < self._asked_at:
            return True
        return now >= self._asked_at + timedelta(seconds=self._wait)

    def answered(self, asked_at: datetime) -> None:
        """It was asked and answered."""
        self._asked_at, self._wait, self._limited = asked_at, self._interval, 0

    def failed(self, asked_at: datetime, failure: Failure) -> datetime:
        """It was asked in vain; the result is when it may be asked again."""
        limited = failure.kind is FailureKind.RATE_LIMITED
        self._limited = self._limited + 1 if limited else 0
        self._asked_at, self._wait = asked_at, self._wait_after(failure)
        return asked_at + timedelta(seconds=self._wait)

    def _wait_after(self, failure: Failure) -> float:
        if failure.retry_after is not None:
            return max(self._interval, failure.retry_after)
        match failure.kind:
            case FailureKind.RATE_LIMITED:
                doubled: float = self._interval * 2**self._limited
                return min(doubled, LONGEST_BACKOFF)
            case FailureKind.SERVICE_HOURS:
                return self._interval
            case _:
                return min(self._interval, RETRY_SECONDS)
