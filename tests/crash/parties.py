"""A broker and a way to its codes within the process: every login succeeds, at once."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NoReturn

from vega_terminal.clock import Clock
from vega_terminal.domain.market import Profile
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.engine.persistence import TokenPersistence
from vega_terminal.engine.ports import LoginDesk, LoginSession

from .lines import Say, digest

USER: Final = "AB1234"


class WillingBroker:
    """Stands for `UpstoxBroker`. Says `issued SLOT DIGEST` when it hands a token over."""

    def __init__(self, say: Say, clock: Clock) -> None:
        self._say = say
        self._clock = clock

    def authorization_url(self, slot: ApiSlot, state: Secret) -> str:
        raise AssertionError("No page is opened here.")

    async def exchange(self, slot: ApiSlot, code: Secret) -> IssuedToken:
        token = Secret(f"{slot.name}-{secrets.token_hex(16)}")
        self._say("issued", slot.name, digest(token))
        return IssuedToken(token, USER, self._clock.now())

    async def profile(self, token: Secret, *, timeout: float) -> Profile:
        return Profile(USER, "A B", "a@example.com", ("NSE",), ("D",), is_active=True)

    async def _nobody_looks(self, token: Secret) -> NoReturn:
        raise AssertionError("No dashboard is open here.")

    market_sessions = funds = positions = holdings = orders = _nobody_looks

    async def aclose(self) -> None:
        """Nothing is open."""


class ShortRoute:
    """Stands for `BrowserRoute`: one sign-in, and a code for every slot."""

    @asynccontextmanager
    async def session(self) -> AsyncIterator[LoginSession]:
        yield _ShortSession()


class _ShortSession:
    def __init__(self) -> None:
        self._is_signed_in = False

    async def authorize(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
        if not self._is_signed_in:
            await desk.clear_to_sign_in()
            self._is_signed_in = True
        return Secret(f"code-of-{slot.name}")

    async def resume(self, slot: ApiSlot, desk: LoginDesk) -> Secret:
        raise AssertionError("No slot is parked here.")


class AcknowledgingPersistence(TokenPersistence):
    """The product's own. Says `held` and `kept`, with slot and digest, when that has returned."""

    say: Say
    too_soon = False

    async def hold(self, token: AccessToken) -> int | None:
        if self.too_soon:
            self.say("held", token.slot, digest(token.value))
        number = await super().hold(token)
        self.say("held", token.slot, digest(token.value))
        return number

    async def keep(self, token: AccessToken, sequence: int | None) -> None:
        await super().keep(token, sequence)
        self.say("kept", token.slot, digest(token.value))


def acknowledging(say: Say, *, too_soon: bool = False) -> type[TokenPersistence]:
    """`AcknowledgingPersistence` that says it so; `too_soon` is the mistake that must be found."""
    body = {"say": staticmethod(say), "too_soon": too_soon}
    return type("SayingPersistence", (AcknowledgingPersistence,), body)
