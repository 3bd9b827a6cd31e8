"""What is shared with other hosts where `VEGA_REDIS_URL` is set; without it, what this machine has alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.engine.adoption import NothingShared
from vega_terminal.engine.ports import EpochSource, LoginLease, LoginRoute, ReplayBuffer, TokenSharing
from vega_terminal.redis_store.buffer import RedisReplayBuffer, namespace
from vega_terminal.redis_store.epochs import SharedEpochs
from vega_terminal.redis_store.lease import RedisLoginLease, Span
from vega_terminal.redis_store.mirror import MirroredReplayBuffer
from vega_terminal.redis_store.opening import open_redis
from vega_terminal.redis_store.route import LeasedRoute
from vega_terminal.redis_store.server import RedisServer
from vega_terminal.redis_store.shared_tokens import SharedTokens
from vega_terminal.settings.values import Settings
from vega_terminal.store.journal.token_sealer import JournalSealer
from vega_terminal.store.login_lock import LoginLock
from vega_terminal.store.opening import Store

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
    settings: Settings, store: Store, lock: LoginLock, clock: Clock, notify: Callable[[str], None]
) -> AsyncIterator[Sharing]:
    """The shared parts for the block; an unreachable Redis is told and does without."""
    if settings.redis_url is None:
        yield Sharing(store.journal, lock, store.tokens, NothingShared(), lambda route: route)
        return
    async with open_redis(settings.redis_url, clock, notify) as server:
        yield _shared(settings, store, lock, clock, notify, server)


def _shared(
    settings: Settings,
    store: Store,
    lock: LoginLock,
    clock: Clock,
    notify: Callable[[str], None],
    server: RedisServer,
) -> Sharing:
    sealer, names = JournalSealer(store.key), namespace(store.key_id, settings.roster)
    remote = RedisReplayBuffer(server, sealer, names, clock)
    lease = RedisLoginLease(lock, server, clock, Span(LOCK_PATIENCE_SECONDS))
    return Sharing(
        buffer=MirroredReplayBuffer(store.journal, remote, notify),
        lease=lease,
        epochs=SharedEpochs(store.tokens, server),
        tokens=SharedTokens(server, sealer, names, clock),
        guarded=lambda route: LeasedRoute(route, lease),
    )
