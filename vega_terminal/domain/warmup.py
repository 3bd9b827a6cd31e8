"""The daily warm-up: when it is due, how long it may be made up for, and what is remembered of the last one.

Everything is reckoned in IST, which has no summer time; where the host stands does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from vega_terminal.domain.calendar.days import DayKind, TradingDay
from vega_terminal.domain.calendar.trading import TradingCalendar
from vega_terminal.domain.execution import TokenExecutionResult
from vega_terminal.domain.token import IST

LAST_CLOSE: Final = time(15, 40)
"""IST: when futures and options close on an ordinary day (broker announcement of 3 Aug 2026)."""
AT_LEAST: Final = timedelta(hours=2)
"""A missed warm-up is made up for at least this long, also where its time is set to the evening."""
_END_OF_DAY: Final = time(23, 59)


@dataclass(frozen=True, slots=True)
class WarmUpWindow:
    """One warm-up.

    Attributes:
        due: when it is to begin, UTC.
        until: from here on it is no longer made up for, UTC; always before its tokens would die (03:30 IST).
        day: the trading day that it is for.
    """

    due: datetime
    until: datetime
    day: TradingDay

    def is_open(self, now: datetime) -> bool:
        """Whether the warm-up is due and still makes sense."""
        return self.due <= now < self.until


@dataclass(frozen=True, slots=True)
class WarmUpSchedule:
    """Monday to Friday, and on weekends with a special session.

    A holiday keeps its warm-up: commodities trade in the evening of most, and a calendar may be wrong.

    Attributes:
        at: time of the warm-up, IST, not before 03:30.
        calendar: adds the weekends, and remarks for people; it takes no day away.
    """

    at: time
    calendar: TradingCalendar

    def window(self, day: date) -> WarmUpWindow | None:
        """The warm-up of a day (IST); None on a weekend without a special session."""
        known = self.calendar.day(day)
        if known.is_weekend and known.kind is not DayKind.SPECIAL:
            return None
        due = _instant(day, self.at)
        return WarmUpWindow(due, max(_instant(day, _closing(known)), due + AT_LEAST), known)

    def open_at(self, now: datetime) -> WarmUpWindow | None:
        """The warm-up that is due at `now` and still makes sense; an evening's may reach into the night."""
        today = now.astimezone(IST).date()
        windows = (self.window(today - timedelta(days=back)) for back in (0, 1))
        return next((window for window in windows if window is not None and window.is_open(now)), None)

    def next_after(self, now: datetime) -> WarmUpWindow:
        """The first warm-up that is due after `now`."""
        return next(window for window in self._from(now.astimezone(IST).date()) if window.due > now)

    def _from(self, day: date) -> Iterator[WarmUpWindow]:
        while True:
            window = self.window(day)
            if window is not None:
                yield window
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WarmUpRecord:
    """What came of the last warm-up.

    Attributes:
        due: the instant that it was made for, UTC; None for one that somebody began when none was due.
        finished_at: when it ended, UTC.
        exit_code: of contract section 1.
        summary: a sentence for people.
    """

    due: datetime | None
    finished_at: datetime
    exit_code: int
    summary: str

    @classmethod
    def of(cls, due: datetime | None, finished_at: datetime, result: TokenExecutionResult) -> WarmUpRecord:
        """What is remembered of `result`."""
        return cls(due, finished_at, int(result.exit_code), result.summary)

    def serves(self, window: WarmUpWindow) -> bool:
        """Whether it is the warm-up of `window`."""
        return self.due is not None and self.due.astimezone(IST).date() == window.day.day

    def is_of_the_future(self, now: datetime) -> bool:
        """Whether it belongs to a day that has not come: the clock was wrong when it was made."""
        return self.due is not None and self.due.astimezone(IST).date() > now.astimezone(IST).date()


def _closing(day: TradingDay) -> time:
    """Until when its tokens are of use for shares: the usual close, or that of a later special session."""
    if day.kind is not DayKind.SPECIAL:
        return LAST_CLOSE
    return max(LAST_CLOSE, day.hours.closes if day.hours else _END_OF_DAY)


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, IST).astimezone(UTC)
