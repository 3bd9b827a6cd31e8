"""The broker's limit of calls per customer and second."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vega_terminal.simulator.clock import SimulatedClock
    from vega_terminal.simulator.faults import FaultBoard
    from vega_terminal.simulator.population import Identity


class RateLimit:
    """A sliding window of one second for each customer, shared by all apps (broker docs: rate-limiting)."""

    def __init__(self, clock: SimulatedClock, faults: FaultBoard) -> None:
        self._clock = clock
        self._faults = faults
        self._calls: dict[str, deque[float]] = {}

    def admits(self, identity: Identity) -> bool:
        """Whether one more call is within the limit; an admitted call is counted."""
        allowed = self._faults.knobs.rate_limit_per_s
        if not allowed:
            return True
        now, calls = self._clock.epoch(), self._calls.setdefault(identity.user_id, deque())
        while calls and now - calls[0] >= 1:
            calls.popleft()
        if len(calls) >= allowed:
            return False
        calls.append(now)
        return True
