"""Two routes as one: each slot takes its own, and what no slot needs is never opened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Generic, TypeVar

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, RouteKind
from vega_terminal.engine.ports import (
    ApprovalRoute,
    ApprovalSession,
    Harvest,
    LoginDesk,
    LoginRoute,
    LoginSession,
)

S = TypeVar("S")


class TwoWayRoute:
    """Implements `LoginRoute` with a route for each kind of slot, made when the first one needs it."""

    def __init__(self, *, browser: Callable[[], LoginRoute], phone: Callable[[], ApprovalRoute]) -> None:
        """Lead each slot by the route of its kind."""
        self._browser = browser
        self._phone = phone

    @asynccontextmanager
    async def session(self) -> AsyncIterator[LoginSession]:
        """Open a session; whatever it opened is closed when the block is left."""
        async with AsyncExitStack() as opened:
            yield _TwoWaySession(
                _AtFirstNeed(lambda: self._browser().session(), opened),
                _AtFirstNeed(lambda: self._phone().session(), opened),
            )


class _TwoWaySession:
    def __init__(self, browser: _AtFirstNeed[LoginSession], phone: _AtFirstNeed[ApprovalSession]) -> None:
        self._browser = browser
        self._phone = phone

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Harvest:
        if slot.route is RouteKind.PHONE:
            return await (await self._phone.get()).authorize(slot, desk)
        return await (await self._browser.get()).authorize(slot, desk)

    async def resume(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
        return await (await self._browser.get()).resume(slot, desk)  # only a page can park a slot


class _AtFirstNeed(Generic[S]):
    """A session that is opened once, when somebody needs it, and closed with `opened`."""

    def __init__(self, begin: Callable[[], AbstractAsyncContextManager[S]], opened: AsyncExitStack) -> None:
        self._begin = begin
        self._opened = opened
        self._turn = asyncio.Lock()
        self._session: S | None = None

    async def get(self) -> S:
        async with self._turn:
            if self._session is None:
                self._session = await self._opened.enter_async_context(self._begin())
            return self._session
