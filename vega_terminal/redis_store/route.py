"""The way to the codes with the lease in front of every sign-in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from vega_terminal.domain.errors import LoginBusy, SignInError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.ports import Harvest, LoginDesk, LoginRoute, LoginSession, NoOtp


class HeldLease(Protocol):
    """A lease that can be lost while it is held; see `RedisLoginLease`."""

    async def require_held(self) -> None:
        """Raise LoginBusy when it was lost."""
        ...


class LeasedRoute:
    """Implements `LoginRoute`: no slot is begun, and nothing that counts is clicked, without the lease."""

    def __init__(self, route: LoginRoute, lease: HeldLease) -> None:
        """Open the sessions of `route`, and ask `lease` in them."""
        self._route = route
        self._lease = lease

    @asynccontextmanager
    async def session(self) -> AsyncIterator[LoginSession]:
        """Open the one browser of this run.

        Raises:
            BrowserError: on entering, when no browser can be started.
        """
        async with self._route.session() as session:
            yield _LeasedSession(session, self._lease)


class _LeasedSession:
    def __init__(self, session: LoginSession, lease: HeldLease) -> None:
        self._session = session
        self._lease = lease

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Harvest:
        await _require(self._lease)
        return await self._session.authorize(slot, _LeasedDesk(desk, self._lease))

    async def resume(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
        await _require(self._lease)
        return await self._session.resume(slot, _LeasedDesk(desk, self._lease))


class _LeasedDesk:
    def __init__(self, desk: LoginDesk, lease: HeldLease) -> None:
        self._desk = desk
        self._lease = lease

    @property
    def person_timeout(self) -> float:
        return self._desk.person_timeout

    def report(self, step: LoginStep) -> None:
        self._desk.report(step)

    async def clear_to_sign_in(self) -> None:
        # Before the desk: it records the sign-in as begun.
        await _require(self._lease)
        await self._desk.clear_to_sign_in()

    async def otp(self) -> Secret | NoOtp:
        return await self._desk.otp()

    async def captcha(self) -> bool:
        return await self._desk.captcha()


async def _require(lease: HeldLease) -> None:
    try:
        await lease.require_held()
    except LoginBusy as error:
        raise SignInError(Failure(FailureKind.LOGIN_BUSY, str(error))) from error
