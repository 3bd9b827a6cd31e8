"""Two routes as one: each slot takes its own, and what no slot needs is never opened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, RouteKind
from vega_terminal.engine.ports import Harvest, LoginDesk, LoginRoute, LoginSession

Routes = Mapping[RouteKind, Callable[[], LoginRoute]]


class TwoWayRoute:
    """Implements `LoginRoute` with a route for each kind of slot, made when the first one needs it."""

    def __init__(self, routes: Routes) -> None:
        """Lead each slot by the route of its kind."""
        self._routes = routes

    @asynccontextmanager
    async def session(self) -> AsyncIterator[LoginSession]:
        """Open a session; whatever it opened is closed when the block is left."""
        async with AsyncExitStack() as opened:
            yield _TwoWaySession(self._routes, opened)


class _TwoWaySession:
    def __init__(self, routes: Routes, opened: AsyncExitStack) -> None:
        self._routes = routes
        self._opened = opened
        self._sessions: dict[RouteKind, LoginSession] = {}
        self._turn = asyncio.Lock()

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Harvest:
        return await (await self._session(slot)).authorize(slot, desk)

    async def resume(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
        return await (await self._session(slot)).resume(slot, desk)

    async def _session(self, slot: ApiSlot) -> LoginSession:
        """The open session of the slot's kind."""
        async with self._turn:
            if slot.route not in self._sessions:
                route = self._routes[slot.route]()
                self._sessions[slot.route] = await self._opened.enter_async_context(route.session())
            return self._sessions[slot.route]
