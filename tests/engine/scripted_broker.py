"""A broker that answers as it is told, and counts what reaches it."""

from __future__ import annotations

import asyncio
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.calendar.days import CalendarOrigin, CalendarSource
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import (
    Candle,
    CandleInterval,
    Funds,
    Holding,
    MarketSession,
    OptionChain,
    Order,
    Position,
    Profile,
    Quote,
)
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import IssuedToken

USER: Final = "AB1234"
EXCHANGE_TIMEOUT: Final = 30.0
A_SECRET: Final = "code=1a2b3c"
"""What a library may well put into the text of its error."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How one call is answered: after `delay` seconds with success, a failure, or something absurd."""

    failure: FailureKind | None = None
    delay: float = 0.0
    retry_after: float | None = None
    user_id: str = USER
    absurd: type[Exception] | None = None


GOOD: Final = Answer()
HANGS: Final = Answer(delay=math.inf)
REFUSES: Final = Answer(FailureKind.TOKEN_REFUSED)
DOWN: Final = Answer(FailureKind.BROKER_DOWN)


class Demands:
    """What no engine may ever do; remembered, because an engine survives the error that tells of it."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def demand(self, kept: bool, what: str) -> None:
        """Note and raise unless `kept`."""
        if not kept:
            self.broken.append(what)
            raise AssertionError(what)


class ScriptedBroker:
    """Implements `Broker` and `MarketData`. Tokens and codes outlive the process that asked for them.

    Attributes:
        profiles, exchanges: how the calls for a slot are answered; `market`: those for a panel.
        reads: what was asked of the market, in order; `calendar`: the holidays that are answered.
        asked: slots whose profile was asked for, in order; `exchanged`: how often each code was sent.
        issued: slot and text of every token; `answered`: the clear answers about each, in order.
    """

    def __init__(self, clock: Clock, demands: Demands) -> None:
        self._clock = clock
        self._demands = demands
        self.profiles: dict[str, Answer] = {}
        self.exchanges: dict[str, Answer] = {}
        self.market: dict[str, Answer] = {}
        self.reads: list[str] = []
        self.calendar = CalendarSource(CalendarOrigin.BROKER)
        self.asked: list[str] = []
        self.exchanged: Counter[str] = Counter()
        self.issued: list[tuple[str, str]] = []
        self.answered: defaultdict[str, list[Answer]] = defaultdict(list)
        self.most_in_flight = 0
        self._in_flight = 0
        self._codes: dict[str, str] = {}

    def issue(self, slot: ApiSlot, user_id: str = USER) -> IssuedToken:
        """A new token of `slot`, however it came about."""
        text = f"token-{len(self.issued) + 1}-of-{slot.name}"
        self.issued.append((slot.name, text))
        return IssuedToken(Secret(text), user_id, self._clock.now())

    def new_code(self, slot: ApiSlot) -> Secret:
        """What the redirect carries after a sign-in."""
        code = f"code-{len(self._codes) + 1}"
        self._codes[code] = slot.name
        return Secret(code)

    @property
    def codes(self) -> int:
        """How many codes the broker has given out."""
        return len(self._codes)

    def latest(self, slot: str) -> str:
        """The newest token of `slot`."""
        return [text for name, text in self.issued if name == slot][-1]

    # --- the ports --------------------------------------------------------------------------------

    def authorization_url(self, slot: ApiSlot, state: Secret) -> str:
        raise AssertionError("The scripted browser opens no page.")

    async def exchange(self, slot: ApiSlot, code: Secret) -> IssuedToken:
        self.exchanged[code.reveal()] += 1
        self._demands.demand(self.exchanged[code.reveal()] == 1, "A single-use code was sent twice.")
        self._demands.demand(self._codes[code.reveal()] == slot.name, "A code was sent for another app.")
        answer = self.exchanges.get(slot.name, GOOD)
        await self._answer(answer, EXCHANGE_TIMEOUT)
        return self.issue(slot, answer.user_id)

    async def profile(self, token: Secret, *, timeout: float) -> Profile:
        slot = {text: name for name, text in self.issued}[token.reveal()]
        self.asked.append(slot)
        answer = self.profiles.get(slot, GOOD)
        if answer.delay <= timeout:
            self.answered[token.reveal()].append(answer)
        await self._answer(answer, timeout)
        return Profile(answer.user_id, "A B", "a@example.com", ("NSE",), ("D",), is_active=True)

    async def market_sessions(self, token: Secret) -> tuple[MarketSession, ...]:
        await self._read("sessions")
        return (MarketSession("NSE", "NORMAL_OPEN", self._clock.now()),)

    async def funds(self, token: Secret) -> Funds:
        await self._read("funds")
        return Funds(available=1000.0, used=10.0, payin=0.0, exposure=5.0)

    async def positions(self, token: Secret) -> tuple[Position, ...]:
        await self._read("positions")
        return ()

    async def holdings(self, token: Secret) -> tuple[Holding, ...]:
        await self._read("holdings")
        return ()

    async def orders(self, token: Secret) -> tuple[Order, ...]:
        await self._read("orders")
        return ()

    async def quotes(self, token: Secret, keys: Sequence[str]) -> tuple[Quote, ...]:
        await self._read("quotes")
        last = float(len(self.reads))  # every answer is another one
        return tuple(Quote(instrument_key=key, symbol=key, last_price=last) for key in keys)

    async def expiries(self, token: Secret, underlying_key: str) -> tuple[date, ...]:
        await self._read("expiries")
        return (self._clock.now().date(),)

    async def option_chain(self, token: Secret, underlying_key: str, expiry: date) -> OptionChain:
        await self._read("option_chain")
        return OptionChain(underlying_key, expiry, None, ())

    async def candles(
        self, token: Secret, key: str, interval: CandleInterval, days: int
    ) -> tuple[Candle, ...]:
        await self._read("candles")
        return (Candle(self._clock.now(), 1.0, 2.0, 0.5, 1.5, days, 0.0),)

    async def holidays(self, token: Secret) -> CalendarSource:
        await self._read("holidays")
        return self.calendar

    async def _read(self, what: str) -> None:
        self.reads.append(what)
        await self._answer(self.market.get(what, GOOD), EXCHANGE_TIMEOUT)

    async def _answer(self, answer: Answer, timeout: float) -> None:
        with self._counted():
            await (self._clock.sleep(min(answer.delay, timeout)) if answer.delay else asyncio.sleep(0))
        if answer.absurd is not None:
            raise answer.absurd(A_SECRET)
        failure = FailureKind.TIMEOUT if answer.delay > timeout else answer.failure
        if failure is not None:
            raise BrokerError(Failure(failure, f"Scripted: {failure}.", "UDAPI1", answer.retry_after))

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            yield
        finally:
            self._in_flight -= 1
