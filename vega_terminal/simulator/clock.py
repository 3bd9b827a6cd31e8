"""The simulated broker's own clock, which can be moved without moving the host's."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class SimulatedClock:
    """Wall clock with an offset; every life, lock and window of the simulator is measured on it."""

    def __init__(self, host: Callable[[], float] = time.time) -> None:
        self._host = host
        self._offset_s = 0.0

    def now(self) -> datetime:
        """The simulated instant, in UTC."""
        return datetime.fromtimestamp(self.epoch(), UTC)

    def epoch(self) -> float:
        """The simulated instant in seconds since 1970."""
        return self._host() + self._offset_s

    def host_epoch(self) -> float:
        """The host's instant: what the trader's own phone shows however far this clock jumped."""
        return self._host()

    def jump(self, seconds: float) -> None:
        """Move by `seconds`, forwards or backwards."""
        self._offset_s += seconds

    def jump_to(self, moment: datetime) -> None:
        """Move so that the time is now `moment` (zone-aware).

        Raises:
            ValueError: `moment` has no time zone.
        """
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone is ambiguous; add +05:30 or Z")
        self._offset_s = moment.timestamp() - self._host()

    def reset(self) -> None:
        """Back to the host's time."""
        self._offset_s = 0.0
