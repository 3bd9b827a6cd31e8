"""The parts of an engine that a run with nothing to do never needs: each is loaded and made when asked for.

The imports stand in the functions for that reason alone (a process that only verifies six tokens would spend
more time on them than on the broker).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from vega_terminal.broker.transport import HttpTransport
from vega_terminal.clock import Clock
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.execution_log import ExecutionLog
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.sign_in_guard import SignInGuard
from vega_terminal.engine.token_run import Generation
from vega_terminal.settings.values import Settings
from vega_terminal.wiring.world import World, loaded

if TYPE_CHECKING:
    from vega_terminal.broker.client import UpstoxBroker
    from vega_terminal.engine.market import MarketDesk
    from vega_terminal.engine.ports import AuditBook, AuditRecord, AuditVerification
    from vega_terminal.store.login_lock import LoginLock


def new_lock(settings: Settings, clock: Clock, notify: Callable[[str], None]) -> LoginLock:
    """The login lock of this machine; see `wiring.login`."""
    from vega_terminal.wiring.login import login_lock  # noqa: PLC0415

    return login_lock(settings, clock, notify)


def new_broker(settings: Settings, transport: HttpTransport, clock: Clock) -> UpstoxBroker:
    """Everything that the broker can be asked, over `transport`."""
    from vega_terminal.broker.client import UpstoxBroker  # noqa: PLC0415

    return UpstoxBroker(settings.api_base_url, transport, clock)


def new_generation(
    world: World,
    shelf: TokenShelf,
    cooldowns: CooldownManager,
    sign_ins: SignInGuard,
    executions: ExecutionLog,
) -> Generation:
    """The half of a run that signs in; see `wiring.generation`, where the route is chosen."""
    from vega_terminal.wiring.generation import generation_run  # noqa: PLC0415

    return generation_run(world, shelf, cooldowns, sign_ins, executions)


async def market_desk(world: World, gate: LoginGate) -> MarketDesk:
    """The dashboard's way to the broker."""
    await loaded("vega_terminal.broker.client")
    await loaded("vega_terminal.engine.market")
    from vega_terminal.engine.market import MarketDesk  # noqa: PLC0415

    return MarketDesk(world.broker(), gate, world.registry, world.board)


async def swept(settings: Settings) -> str | None:
    """Remove what killed runs left behind; returns what was done, if anything.

    Each of them leaves its browser's profile at least: without any there is nothing to look for.
    """
    if not await asyncio.to_thread(_has_profiles, settings):
        return None
    from vega_terminal.wiring.login import orphans_of  # noqa: PLC0415

    return await asyncio.to_thread(orphans_of(settings).sweep)


def _has_profiles(settings: Settings) -> bool:
    try:
        return any((settings.data_dir / "browser").iterdir())
    except OSError:
        return False  # mostly because there was never a browser


class LateAuditBook:
    """Implements `AuditBook` on the database; see `SqliteAuditBook`."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def records(self, limit: int | None = None) -> Sequence[AuditRecord]:
        """See `SqliteAuditBook.records`."""
        return await (await self._book()).records(limit)

    async def verify(self) -> AuditVerification:
        """See `SqliteAuditBook.verify`."""
        return await (await self._book()).verify()

    async def _book(self) -> AuditBook:
        await loaded("vega_terminal.store.audit.book")
        from vega_terminal.store.audit.book import SqliteAuditBook  # noqa: PLC0415
        from vega_terminal.store.audit.checkpoint import AuditCheckpoint  # noqa: PLC0415

        store = self._world.storage.store
        checkpoint = AuditCheckpoint(self._world.settings.data_dir, store.key)
        return SqliteAuditBook(store.database, store.key, checkpoint)
