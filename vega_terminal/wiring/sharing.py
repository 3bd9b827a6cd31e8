"""What is shared with other hosts where `VEGA_REDIS_URL` is set; without it, what this machine has alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vega_terminal.clock import Clock
from vega_terminal.engine.adoption import NothingShared
from vega_terminal.settings.values import Settings
from vega_terminal.store.opening import Store

if TYPE_CHECKING:
    from vega_terminal.engine.ports import EpochSource, LoginLease, LoginRoute, ReplayBuffer, TokenSharing

LOCK_PATIENCE_SECONDS: Final = 900.0
"""How long a second process waits for the first one's login: a cooldown and a person's time."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """The parts of the engine that may reach beyond this machine.

    Attributes:
        buffer: holds tokens before the database has them.
        lease: the right to drive a browser.
        epochs: numbers the logins.
        tokens: lets other hosts take over what this one got, and the other way round.
        guarded: puts the lease in front of every sign-in of a route.
    """

    buffer: ReplayBuffer
    lease: LoginLease
    epochs: EpochSource
    tokens: TokenSharing
    guarded: Callable[[LoginRoute], LoginRoute]


@asynccontextmanager
async def sharing(
    settings: Settings, store: Store, lock: LoginLease, clock: Clock, notify: Callable[[str], None]
) -> AsyncIterator[Sharing]:
    """The shared parts for the block; an unreachable Redis is told and does without."""
    if settings.redis_url is None:
        yield Sharing(store.journal, lock, store.tokens, NothingShared(), lambda route: route)
        return
    from vega_terminal.wiring.redis_sharing import shared_over  # noqa: PLC0415 - loaded only where it is set

    async with shared_over(settings.redis_url, settings, store, lock, clock, notify) as shared:
        yield shared
