"""The server's time, as far as it is known here: every deadline of the engine was set by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from vega_terminal.clock import Clock


class ServerClock:
    """Implements `Clock`. Tells the server's time; measures and waits by this machine's clock.

    Between two words of the server time is counted by the monotonic clock, so that nobody who sets this
    machine's clock moves a deadline.
    """

    def __init__(self, local: Clock) -> None:
        self._local = local
        self._told = local.now()
        self._at = local.monotonic()

    def set(self, now: datetime) -> None:
        """The server has just said that it is `now` (UTC)."""
        self._told, self._at = now, self._local.monotonic()

    def now(self) -> datetime:
        """The server's present instant, in UTC."""
        return self._told + timedelta(seconds=self._local.monotonic() - self._at)

    def monotonic(self) -> float:
        """Seconds that only ever grow, of this machine."""
        return self._local.monotonic()

    def uptime(self) -> float:
        """Seconds since this machine was started."""
        return self._local.uptime()

    def boot_id(self) -> str:
        """Which start of this machine it is."""
        return self._local.boot_id()

    async def sleep(self, seconds: float) -> None:
        """Give way for `seconds`."""
        await self._local.sleep(seconds)
