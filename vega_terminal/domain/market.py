"""What the dashboard shows: values as the broker gives them, typed and without presentation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from vega_terminal.domain.failure import Failure

T = TypeVar("T")


class Exchange(StrEnum):
    """Exchanges whose session the dashboard shows."""

    NSE = "NSE"
    BSE = "BSE"
    MCX = "MCX"


@dataclass(frozen=True, slots=True)
class Profile:
    """Who the broker says the token belongs to (broker docs: get-profile)."""

    user_id: str
    user_name: str
    email: str
    exchanges: tuple[str, ...]
    products: tuple[str, ...]
    is_active: bool


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


@dataclass(frozen=True, slots=True)
class Funds:
    """Rupees available and used (broker docs: get-fund-and-margin)."""

    available: float
    used: float
    payin: float
    exposure: float


@dataclass(frozen=True, slots=True)
class Position:
    """One open or closed position of the day (broker docs: get-positions). Money in rupees."""

    symbol: str
    exchange: str
    product: str
    quantity: int
    average_price: float | None
    last_price: float
    pnl: float


@dataclass(frozen=True, slots=True)
class Panel(Generic[T]):
    """One panel's data with its own age and its own error.

    Attributes:
        value: the last good answer, if there was one.
        fetched_at: when that answer arrived, UTC.
        failure: why the latest attempt brought nothing new.
    """

    value: T | None = None
    fetched_at: datetime | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All panels of the dashboard."""

    sessions: Panel[tuple[MarketSession, ...]] = Panel()
    profile: Panel[Profile] = Panel()
    funds: Panel[Funds] = Panel()
    positions: Panel[tuple[Position, ...]] = Panel()
