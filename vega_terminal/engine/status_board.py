"""Folds events into the one status and hands each event with the new status to whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from vega_terminal.clock import Clock
from vega_terminal.domain.events import Event, Noticed
from vega_terminal.domain.fold import fold
from vega_terminal.domain.status import AuthStatus

Watcher = Callable[[Event, AuthStatus], None]


class StatusBoard:
    """The only holder of the present status. Lives on the event loop; nothing here waits."""

    def __init__(self, initial: AuthStatus, clock: Clock) -> None:
        self._status = initial
        self._clock = clock
        self._watchers: list[Watcher] = []

    @property
    def status(self) -> AuthStatus:
        """The present status."""
        return self._status

    def now(self) -> datetime:
        """The instant that events are dated with, UTC."""
        return self._clock.now()

    def publish(self, event: Event) -> None:
        """Fold `event` in and tell every watcher, in the order in which they came.

        Raises:
            IllegalTransition: the event is impossible in the present state; nothing has changed.
        """
        self._status = fold(self._status, event)
        for watcher in tuple(self._watchers):
            watcher(event, self._status)

    def say(self, text: str) -> None:
        """Publish a line for the message list."""
        self.publish(Noticed(self.now(), text))

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` for each event from now on; the returned function ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)
