"""A data folder with tokens in it, as a run leaves it, and what the trail says afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.engine.ports.audit import AuditRecord
from vega_terminal.handoff.giving import Receiver, Way, hand_out
from vega_terminal.settings.values import Settings
from vega_terminal.store.audit.book import SqliteAuditBook
from vega_terminal.store.audit.checkpoint import AuditCheckpoint
from vega_terminal.wiring.storage import Storage, stored

from .environments import good, load

NOON: Final = datetime(2026, 10, 6, 6, 30, tzinfo=UTC)
BOT: Final = Receiver("bot\x1b]0;.py", Way.EXEC)
"""A program may have any name."""


@dataclass
class QuickClock:
    """Waiting takes no time here."""

    at: datetime = NOON
    elapsed: float = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.elapsed

    def uptime(self) -> float:
        return self.elapsed

    def boot_id(self) -> str:
        return "this start"

    async def sleep(self, seconds: float) -> None:
        self.elapsed += seconds


@dataclass
class Desk:
    """One operator's machine.

    Attributes:
        folder: of everything.
        told: sentences for the operator.
    """

    folder: Path
    clock: QuickClock = field(default_factory=QuickClock)
    told: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        return good(
            VEGA_DATA_DIR=str(self.data),
            VEGA_KEY_FILE=str(self.folder / "vault.key"),
            VEGA_DB_BUSY_ATTEMPTS="1",
        )

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def settings(self) -> Settings:
        return load(self.environment)

    def token(self, slot: str = "PRIMARY", *, epoch: int = 1, at: datetime | None = None) -> AccessToken:
        """A token whose text tells slot and epoch."""
        client_id = self.settings.roster[slot].client_id
        issued = IssuedToken(Secret(f"token-of-{slot}-{epoch}"), "AB1234", at or self.clock.now())
        return AccessToken.from_issue(slot, client_id, issued, epoch)

    @asynccontextmanager
    async def storage(self) -> AsyncIterator[Storage]:
        async with stored(self.settings, self.clock, self.told.append) as storage:
            yield storage

    async def save(self, *tokens: AccessToken) -> None:
        """Tokens in the database."""
        async with self.storage() as storage:
            for token in tokens:
                assert await storage.store.tokens.save(token)

    async def hold(self, *tokens: AccessToken) -> None:
        """Tokens in the journal alone."""
        async with self.storage() as storage:
            for token in tokens:
                await storage.store.journal.hold(token)

    async def refuse(self, token: AccessToken) -> None:
        """The broker refuses a saved token."""
        async with self.storage() as storage:
            await storage.store.tokens.record_verdicts({token: True}, self.clock.now())

    async def give(self, *names: str) -> Mapping[str, str]:
        """Hand out to a bot; the texts of the tokens."""
        tokens = await hand_out(self.settings, names, BOT, self.clock, self.told.append)
        return {name: token.reveal() for name, token in tokens.items()}

    async def hand_outs(self) -> list[AuditRecord]:
        """What a whole trail says of hand-outs, once the journal's notes are entered."""
        async with self.storage() as storage:
            await storage.store.recovery.reopen()
            checkpoint = AuditCheckpoint(self.data, storage.store.key)
            book = SqliteAuditBook(storage.store.database, storage.store.key, checkpoint)
            assert (await book.verify()).whole
            return [record for record in await book.records() if record.kind == "TOKEN_HANDED_OUT"]


def tomorrow() -> datetime:
    """After the next 03:30 IST."""
    return NOON + timedelta(days=1)
