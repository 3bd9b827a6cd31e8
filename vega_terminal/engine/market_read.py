"""A read that paces itself, remembers its last value, and keeps its trouble to itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Generic, TypeVar

from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Panel
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import IST
from vega_terminal.engine.defects import defect
from vega_terminal.engine.market_pace import Pace

T = TypeVar("T")


class LiveRead(Generic[T]):
    """One thing that the broker is asked for again and again: its present value, and when it is due."""

    def __init__(
        self, ask: Callable[[Secret], Awaitable[T]], interval: float, now: Callable[[], datetime]
    ) -> None:
        self._ask = ask
        self._interval = interval
        self._now = now
        self._pace = Pace(interval)
        self.shown: Panel[T] = Panel()

    @property
    def is_due(self) -> bool:
        """Whether it may be asked now."""
        return self._pace.is_due(self._now())

    @property
    def is_refused(self) -> bool:
        """Whether the broker refused the token when it was asked last."""
        failure = self.shown.failure
        return failure is not None and failure.kind is FailureKind.TOKEN_REFUSED

    async def refresh(self, token: Secret) -> None:
        """Ask now. Whatever goes wrong is this read's failure and nobody else's.

        An answer that arrives after `forget` or `hurry` is dropped: it belongs to what was before.
        """
        asked_at, pace = self._now(), self._pace
        answer = await self._answer(token)
        if pace is not self._pace:
            return
        if isinstance(answer, Failure):
            self._failed(asked_at, answer)
        else:
            pace.answered(asked_at)
            self.shown = Panel(answer, self._now(), interval=self._interval)

    def hurry(self) -> None:
        """Be due, whatever was before."""
        self._pace = Pace(self._interval)

    def forget(self) -> None:
        """Clear what was shown, and be due."""
        self.shown = Panel()
        self.hurry()

    async def _answer(self, token: Secret) -> T | Failure:
        try:
            return await self._ask(token)
        except BrokerError as error:
            return error.failure
        except Exception as error:  # noqa: BLE001  a defect must not cost what is read beside it
            return defect(error)

    def _failed(self, asked_at: datetime, failure: Failure) -> None:
        again = self._pace.failed(asked_at, failure)
        if failure.kind is FailureKind.RATE_LIMITED:
            failure = replace(failure, message=_slowed_down(again))
        self.shown = replace(self.shown, failure=failure)


def _slowed_down(again: datetime) -> str:
    return (
        "The broker gets too many calls of this user; the next one for this is made at "
        f"{again.astimezone(IST):%H:%M:%S} IST. The token is not affected."
    )
