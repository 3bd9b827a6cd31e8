"""What hosts with the same `VEGA_REDIS_URL` share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from vega_terminal.clock import Clock
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import LoginLease
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
from vega_terminal.store.opening import Store
from vega_terminal.wiring.sharing import LOCK_PATIENCE_SECONDS, Sharing


@asynccontextmanager
async def shared_over(
    redis: Secret,
    settings: Settings,
    store: Store,
    lock: LoginLease,
    clock: Clock,
    notify: Callable[[str], None],
) -> AsyncIterator[Sharing]:
    """The shared parts over `redis`, for the block; one that cannot be reached is told and does without."""
    async with open_redis(redis, clock, notify) as server:
        yield _shared(settings, store, lock, clock, notify, server)


def _shared(
    settings: Settings,
    store: Store,
    lock: LoginLease,
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
