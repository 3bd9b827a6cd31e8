"""What an engine's services are made from, and the heavier half of it, which is made when it is needed."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from vega_terminal.clock import Clock
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.audit_clerk import AuditClerk
from vega_terminal.engine.notices import Notices
from vega_terminal.engine.registry import HotTokenRegistry
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.token_run import AfterToken, Generation
from vega_terminal.engine.verification import ProfileVerificationService
from vega_terminal.settings.values import Settings
from vega_terminal.wiring.sharing import Sharing
from vega_terminal.wiring.storage import Storage

if TYPE_CHECKING:
    from vega_terminal.broker.client import UpstoxBroker
    from vega_terminal.engine.ports import OperatorPrompts
    from vega_terminal.store.login_lock import LoginLock


@dataclass(frozen=True, slots=True)
class World:
    """The adapters and shared parts that the engine's services are made from.

    Attributes:
        broker, lock: made at the first call; always the same one.
        profiles: asks over the way that is ready soonest.
    """

    settings: Settings
    storage: Storage
    sharing: Sharing
    lock: Callable[[], LoginLock]
    broker: Callable[[], UpstoxBroker]
    prompts: OperatorPrompts
    board: StatusBoard
    notices: Notices
    clock: Clock
    clerk: AuditClerk
    registry: HotTokenRegistry
    profiles: ProfileVerificationService


async def loaded(module: str) -> ModuleType:
    """The module of this name, loaded on a thread: the event loop goes on meanwhile."""
    return await asyncio.to_thread(importlib.import_module, module)


class LateLease:
    """Implements `LoginLease` with the machine's login lock, which is made when somebody first wants it."""

    def __init__(self, lock: Callable[[], LoginLock]) -> None:
        self._lock = lock

    @asynccontextmanager
    async def hold(self, on_wait: Callable[[str], None]) -> AsyncIterator[bool]:
        """See `LoginLock.hold`."""
        await loaded("vega_terminal.wiring.login")
        async with self._lock().hold(on_wait) as waited:
            yield waited

    @asynccontextmanager
    async def hold_if_free(self) -> AsyncIterator[bool]:
        """See `LoginLock.hold_if_free`."""
        await loaded("vega_terminal.wiring.login")
        async with self._lock().hold_if_free() as held:
            yield held


class LateGeneration:
    """Implements `Generation` with the half of the product that signs in, loaded when a run gets there."""

    def __init__(self, make: Callable[[], Generation]) -> None:
        self._make = make
        self._made: Generation | None = None

    async def run(self, slots: Sequence[ApiSlot], after_token: AfterToken) -> None:
        """See `GenerationRun.run`."""
        if self._made is None:
            await loaded("vega_terminal.wiring.generation")
            self._made = self._make()
        await self._made.run(slots, after_token)
