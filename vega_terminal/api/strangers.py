"""Connections that have not shown the token yet: they live for a short time, and make room for newcomers."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final, Protocol

KNOWN: Final = "known"
"""Where the server puts, in the state of a connection, the function to call once it has shown the token."""


class Connection(Protocol):
    """One connection."""

    def abort(self) -> None:
        """End it at once, whatever it has not read."""
        ...


class Strangers:
    """Ends each stranger when its time is up; no call takes longer because there are many.

    Args:
        seconds: that one may stay, whatever it does.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: OrderedDict[Connection, asyncio.TimerHandle] = OrderedDict()

    def come(self, connection: Connection) -> None:
        """Somebody is there who has shown nothing."""
        loop = asyncio.get_running_loop()
        self._ends[connection] = loop.call_later(self._seconds, self._end, connection)

    def leave(self, connection: Connection) -> None:
        """It has shown the token, or it is gone."""
        end = self._ends.pop(connection, None)
        if end is not None:
            end.cancel()

    def make_room(self) -> bool:
        """End the one that is here for the longest time; False when there is none."""
        oldest = next(iter(self._ends), None)
        if oldest is None:
            return False
        self._end(oldest)
        return True

    def _end(self, connection: Connection) -> None:
        self.leave(connection)
        connection.abort()
