"""The dashboard's panels, each with its own data, age and trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from vega_terminal.domain.failure import Failure
    from vega_terminal.domain.market.account import Funds, Holding, Order, Position
    from vega_terminal.domain.market.profile import Profile
    from vega_terminal.domain.market.quotes import MarketSession, Quote

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Panel(Generic[T]):
    """One panel's data with its own age and its own error.

    Attributes:
        value: the last good answer, if there was one.
        fetched_at: when that answer arrived, UTC.
        failure: why the latest attempt brought nothing new.
        interval: seconds between two questions while all goes well.
    """

    value: T | None = None
    fetched_at: datetime | None = None
    failure: Failure | None = None
    interval: float = 15.0

    def is_stale(self, now: datetime) -> bool:
        """Whether the data is older than it can be while all goes well: two intervals, at `now` (UTC)."""
        return self.fetched_at is not None and now - self.fetched_at > timedelta(seconds=2 * self.interval)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All panels of the dashboard."""

    sessions: Panel[tuple[MarketSession, ...]] = Panel()
    profile: Panel[Profile] = Panel()
    funds: Panel[Funds] = Panel()
    positions: Panel[tuple[Position, ...]] = Panel()
    holdings: Panel[tuple[Holding, ...]] = Panel()
    orders: Panel[tuple[Order, ...]] = Panel()
    indices: Panel[tuple[Quote, ...]] = Panel()
