"""One host of a test: a data folder, a clock, and its own connection to the shared server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.store.support import slot
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.redis_store.buffer import RedisReplayBuffer, namespace
from vega_terminal.redis_store.lease import RedisLoginLease, Span
from vega_terminal.redis_store.mirror import MirroredReplayBuffer
from vega_terminal.redis_store.opening import open_redis
from vega_terminal.redis_store.server import RedisServer
from vega_terminal.redis_store.shared_tokens import SharedTokens
from vega_terminal.store.journal.token_journal import TokenJournal
from vega_terminal.store.journal.token_sealer import JournalSealer
from vega_terminal.store.login_lock import LoginLock
from vega_terminal.store.vault.key import VaultKey

from .hand_clock import HandClock
from .sealer import KEY

ROSTER = (slot(), slot("FEED", "client-2"))


@dataclass
class Host:
    """What wiring would make of one data folder."""

    folder: Path
    server: RedisServer
    clock: HandClock
    told: list[str]
    waits: list[str] = field(default_factory=list)

    def buffer(self, key: VaultKey = KEY, roster: Iterable[ApiSlot] = ROSTER) -> RedisReplayBuffer:
        name = namespace(key.record.key_id, roster)
        return RedisReplayBuffer(self.server, JournalSealer(key), name, self.clock)

    def mirrored(self) -> MirroredReplayBuffer:
        journal = TokenJournal(self.folder, KEY, self.clock, notify=self.told.append)
        return MirroredReplayBuffer(journal, self.buffer(), self.told.append)

    def shared(self, key: VaultKey = KEY, roster: Iterable[ApiSlot] = ROSTER) -> SharedTokens:
        name = namespace(key.record.key_id, roster)
        return SharedTokens(self.server, JournalSealer(key), name, self.clock)

    def lease(self, life: float = 90.0, patience: float = 900.0) -> RedisLoginLease:
        lock = LoginLock(self.folder / "login.lock", self.clock, patience)
        return RedisLoginLease(lock, self.server, self.clock, Span(patience, life))

    def login(self, lease: RedisLoginLease) -> AbstractAsyncContextManager[bool]:
        return lease.hold(self.waits.append)


def make_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@asynccontextmanager
async def host(folder: Path, url: str) -> AsyncIterator[Host]:
    """A host whose data folder is `folder`."""
    make_folder(folder)
    clock = HandClock()
    told: list[str] = []
    async with open_redis(Secret(url), clock, told.append) as server:
        yield Host(folder, server, clock, told)
