"""One slot's wait for the answer to its request."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.token import IssuedToken
from vega_terminal.engine.ports import Remark
from vega_terminal.phone.matching import Span, why_not
from vega_terminal.phone.webhook import Webhook

LOOK_SECONDS: Final = 5.0
"""How often a wait looks at the time: asleep, a machine's timers stand still."""
MOST_REMARKS: Final = 100
"""Kept until somebody reads them; whoever knows the address could fill the memory otherwise."""
MOST_OFFERS: Final = 64
"""Waiting for their turn at once: each is proven by a call of the broker, one after the other."""


class Offer:
    """Implements `TokenOffer`: one message that can be the answer, and what its sender is told."""

    def __init__(self, issued: IssuedToken) -> None:
        self._issued = issued
        self._fate: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    @property
    def issued(self) -> IssuedToken:
        """What came."""
        return self._issued

    def acknowledge(self) -> None:
        """Let the sender know that it arrived."""
        self._decide(kept=True)

    def decline(self) -> None:
        """Let the sender know that it could not be kept."""
        self._decide(kept=False)

    async def fate(self) -> bool:
        """Wait until it is known whether it was kept."""
        return await asyncio.shield(self._fate)

    def _decide(self, *, kept: bool) -> None:
        if not self._fate.done():
            self._fate.set_result(kept)


class Waiting:
    """Implements `Asked`: a queue between the calls that come in and the one who judges them.

    Attributes:
        client_id: API key of the app whose token is waited for.
        done: whether the wait ended with a token.
    """

    def __init__(
        self,
        client_id: str,
        span: Span,
        clock: Clock,
        when_closed: Callable[[Waiting], Awaitable[None]],
    ) -> None:
        """Wait for the app `client_id`; `when_closed` hears the end, once."""
        self.client_id = client_id
        self._span = span
        self._clock = clock
        self._when_closed = when_closed
        self._ends_at = clock.uptime() + (span.until - clock.now()).total_seconds()
        self._arrived: deque[Offer | Remark] = deque()
        self._offers: set[Offer] = set()
        self._bell = asyncio.Event()
        self._is_closed = False
        self.done = False

    @property
    def since(self) -> datetime:
        """When the request was made, UTC."""
        return self._span.since

    @property
    def until(self) -> datetime:
        """When the wait is given up, UTC."""
        return self._span.until

    async def answer(self) -> Offer | Remark | None:
        """What comes next; None when the time is up and nothing is left."""
        while not self._arrived:
            left = self._ends_at - self._clock.uptime()
            if left <= 0:
                return None
            await self._rung(min(left, LOOK_SECONDS))
        return self._arrived.popleft()

    async def deliver(self, webhook: Webhook) -> bool:
        """Take a message that names this app; returns when its sender can be answered.

        Returns:
            False when it might be the answer and could not be kept: it should be sent again.
        """
        why = why_not(webhook, self._span, self._clock.now())
        if why is not None:
            self.remark(f"A message that came for it is not used. {why}")
            return True
        if self._is_closed or len(self._offers) >= MOST_OFFERS:
            return self.done
        offer = Offer(webhook.issued)
        self._offers.add(offer)
        self._put(offer)
        try:
            return await offer.fate()
        finally:
            self._offers.discard(offer)

    def remark(self, text: str) -> None:
        """Have a sentence told to the operator."""
        if len(self._arrived) < MOST_REMARKS:
            self._put(Remark(text))

    async def close(self, *, done: bool) -> None:
        """Wait no longer; what was not judged is kept by nobody, and not needed when `done`."""
        if self._is_closed:
            return
        self._is_closed, self.done = True, done
        self._arrived.clear()
        for offer in self._offers:
            (offer.acknowledge if done else offer.decline)()
        await self._when_closed(self)

    def _put(self, what: Offer | Remark) -> None:
        self._arrived.append(what)
        self._bell.set()

    async def _rung(self, seconds: float) -> None:
        """Return when something arrived, at the latest after `seconds`."""
        self._bell.clear()
        arrival, alarm = (
            asyncio.ensure_future(each) for each in (self._bell.wait(), self._clock.sleep(seconds))
        )
        try:
            await asyncio.wait({arrival, alarm}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            arrival.cancel()
            alarm.cancel()
            await asyncio.gather(arrival, alarm, return_exceptions=True)
