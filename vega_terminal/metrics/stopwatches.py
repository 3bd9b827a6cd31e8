"""How long things took that are told by two events: by the monotonic clock, which nobody sets."""

from __future__ import annotations

from typing import Generic, TypeVar

from vega_terminal.clock import Clock

Key = TypeVar("Key")
Mark = TypeVar("Mark")


class Stopwatches(Generic[Key, Mark]):
    """One for each key; each carries what it was started for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._running: dict[Key, tuple[Mark, float]] = {}

    def start(self, key: Key, mark: Mark) -> None:
        """Start one, anew if it runs."""
        self._running[key] = (mark, self._clock.monotonic())

    def stop(self, key: Key) -> tuple[Mark, float] | None:
        """What it was started for and the seconds since; None when it does not run."""
        found = self._running.pop(key, None)
        return None if found is None else (found[0], self._clock.monotonic() - found[1])

    def running(self) -> tuple[Key, ...]:
        """Those that run."""
        return tuple(self._running)
