"""People with phones, and whoever else knows the address: what they send is scripted, its way in is real."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from tests.engine.engine_world import Ground
from tests.engine.rosters import slot as slot_of
from tests.engine.scripted_broker import ScriptedBroker
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Profile
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, Roster, RouteKind
from vega_terminal.engine.ports import ApprovalSession, Asked, LoginDesk, LoginRoute
from vega_terminal.phone.mailbox import Mailbox
from vega_terminal.phone.matching import Span
from vega_terminal.phone.two_ways import TwoWayRoute
from vega_terminal.phone.waiting import Waiting

from .webhooks import as_body, message

PATIENCE: Final = 300.0
FORGED: Final = "forged"


class Act(StrEnum):
    """What comes to the notifier's address."""

    APPROVE = "approve"
    FORGE = "forge"
    REPLAY = "replay"
    OLD = "old"
    WRONG_USER = "wrong user"
    WRONG_CLIENT = "wrong client"
    NO_JSON = "no json"


@dataclass(frozen=True)
class Post:
    """One call, so many seconds after the request."""

    act: Act
    after: float = 1.0


class PhoneBroker(ScriptedBroker):
    """Refuses every token that it has not issued."""

    async def profile(self, token: Secret, *, timeout: float) -> Profile:
        if token.reveal().startswith(FORGED):
            await asyncio.sleep(0)
            raise BrokerError(Failure(FailureKind.TOKEN_REFUSED, "Scripted: refused.", "UDAPI100050"))
        return await super().profile(token, timeout=timeout)


class Phones:
    """What comes after each request, and what its senders were told.

    Attributes:
        posts: the calls that follow the request for a slot.
        asked: how often each slot was asked for; `fails`: why the broker does not ask.
        given: the tokens that somebody approved, by slot, in the order in which they were sent.
        told: what the sender of each call heard: True (200), False (503).
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.posts: defaultdict[str, list[Post]] = defaultdict(list)
        self.asked: Counter[str] = Counter()
        self.fails: dict[str, Failure] = {}
        self.given: defaultdict[str, list[str]] = defaultdict(list)
        self.told: list[tuple[str, str, bool]] = []
        self._last: dict[str, dict[str, Any]] = {}
        self.mailbox = Mailbox()

    @asynccontextmanager
    async def session(self) -> AsyncIterator[ApprovalSession]:
        session = _Session(self)
        try:
            yield session
        finally:
            await session.close()

    async def post(self, slot: ApiSlot, act: Act) -> None:
        """Make one call, and hear what it is answered."""
        token, body = self._body(slot, act)
        self.told.append((slot.name, token, await self.mailbox.receive(body)))

    def _body(self, slot: ApiSlot, act: Act) -> tuple[str, bytes]:
        now = self.ground.clock.now()
        if act is Act.NO_JSON:
            return "", b'{"client_id":'
        if act is Act.FORGE:
            token = f"{FORGED}-{len(self.told)}"
            return token, as_body(message(slot, token, now))
        if act is Act.REPLAY and slot.name in self._last:
            return self.given[slot.name][-1], as_body(self._last[slot.name])
        token = self.ground.broker.issue(slot).value.reveal()
        wrong = {
            Act.OLD: message(slot, token, now - timedelta(hours=7)),
            Act.REPLAY: message(slot, token, now - timedelta(hours=7)),
            Act.WRONG_USER: message(slot, token, now, "ZZ9999"),
            Act.WRONG_CLIENT: message(replace(slot, client_id="another"), token, now),
        }
        if act in wrong:
            return token, as_body(wrong[act])
        self._last[slot.name] = message(slot, token, now)
        self.given[slot.name].append(token)
        return token, as_body(self._last[slot.name])


class _Session:
    """Implements `ApprovalSession` without a socket."""

    def __init__(self, phones: Phones) -> None:
        self._phones = phones
        self._people: list[asyncio.Task[None]] = []

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Asked:
        phones, clock = self._phones, self._phones.ground.clock
        desk.report(LoginStep.ASKING_APPROVAL)
        now = clock.now()
        span = Span(now, now + timedelta(seconds=PATIENCE))
        waiting = Waiting(slot.client_id, span, clock, self._closed)
        phones.mailbox.expect(waiting)
        phones.asked[slot.name] += 1
        if slot.name in phones.fails:
            await waiting.close(done=False)
            raise BrokerError(phones.fails[slot.name])
        self._people += [asyncio.create_task(self._act(slot, post)) for post in phones.posts[slot.name]]
        return waiting

    async def close(self) -> None:
        for person in self._people:
            person.cancel()
        await asyncio.gather(*self._people, return_exceptions=True)

    async def _act(self, slot: ApiSlot, post: Post) -> None:
        await self._phones.ground.clock.sleep(post.after)
        await self._phones.post(slot, post.act)

    async def _closed(self, waiting: Waiting) -> None:
        self._phones.mailbox.forget(waiting)


def with_phones(ground: Ground) -> Phones:
    """Lead the slots of `ground` whose route is the phone past the browser."""
    ground.broker = PhoneBroker(ground.clock, ground.demands)
    phones = Phones(ground)
    ground.ways = lambda browser: _two_ways(browser, phones)
    return phones


def _two_ways(browser: LoginRoute, phones: Phones) -> LoginRoute:
    return TwoWayRoute(browser=lambda: browser, phone=lambda: phones)


def on_phone(*names: str, by_browser: tuple[str, ...] = ()) -> Roster:
    """A roster of one person; PRIMARY is added to nothing by itself."""
    phone = tuple(replace(slot_of(name), route=RouteKind.PHONE) for name in names)
    return Roster((*phone, *(slot_of(name) for name in by_browser)))
