"""What single screens ask of the market, each question at most as often as its answer can be new."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime
from typing import Any, Final, TypeVar

from vega_terminal.domain.errors import BrokerError, GateShut
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.market_read import LiveRead

T = TypeVar("T")
_MOST: Final = 64
"""Questions that are remembered; the oldest make room."""


class MarketQuestions:
    """Remembers each question with its answer until the gate closes or the token is another one."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """`now` tells UTC."""
        self._now = now
        self._asked: dict[Hashable, LiveRead[Any]] = {}
        self._epoch: int | None = None

    def of(
        self, token: AccessToken, what: Hashable, ask: Callable[[Secret], Awaitable[T]], interval: float
    ) -> LiveRead[T]:
        """The question `what`; one that is new is due. The same `what` must mean the same `ask`."""
        if token.epoch != self._epoch:
            self.forget()
            self._epoch = token.epoch
        if what not in self._asked:
            self._asked[what] = LiveRead(ask, interval, self._now)
        while len(self._asked) > _MOST:
            del self._asked[next(iter(self._asked))]
        return self._asked[what]

    def forget(self) -> None:
        """Clear every question and answer; an answer still under way is dropped when it comes."""
        for read in self._asked.values():
            read.forget()
        self._asked.clear()


def answer_of(read: LiveRead[T]) -> T:
    """What the broker said last.

    Raises:
        BrokerError: it failed.
        GateShut: the gate was closed, and opened again, while it was asked.
    """
    if read.shown.failure is not None:
        raise BrokerError(read.shown.failure)
    if read.shown.value is None:
        raise GateShut("The dashboard was closed meanwhile. Ask again.")
    return read.shown.value
