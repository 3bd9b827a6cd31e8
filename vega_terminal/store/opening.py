"""Opens the store: the database, the key that belongs to it, and what is kept in it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import DatabaseLocked
from vega_terminal.store.journal.token_journal import TokenJournal
from vega_terminal.store.sqlite.database import Database, opened_by
from vega_terminal.store.sqlite.engine_gate import JournalMode
from vega_terminal.store.sqlite.opener import Opener
from vega_terminal.store.sqlite.recovery import SqliteRecovery
from vega_terminal.store.tables.cooldowns import SqliteCooldownStore
from vega_terminal.store.tables.executions import SqliteExecutionStore
from vega_terminal.store.tables.meta import MetaTable
from vega_terminal.store.tables.sign_ins import SqliteSignInLedger
from vega_terminal.store.tables.tokens import SqliteTokenStore
from vega_terminal.store.vault.key import KeySource, VaultKey
from vega_terminal.store.vault.locator import KeyLocator, require_known
from vega_terminal.store.vault.sealing import Vault

DATABASE_NAME: Final = "vega_trade.db"
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 2.0
"""Seconds between two rounds at a held database: it doubles from the first to the longest."""
_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is kept, while it is open.

    Attributes:
        tokens, cooldowns, sign_ins, executions: the ports of the engine.
        journal: the replay buffer before the database.
        recovery: pauses the database at trouble and opens it anew.
        database: for further tables.
        key: of the vault; `key_source`, `key_place` and `key_id` are always shown (contract section 2).
        database_path, journal_mode: of the database.
    """

    tokens: SqliteTokenStore
    cooldowns: SqliteCooldownStore
    sign_ins: SqliteSignInLedger
    executions: SqliteExecutionStore
    journal: TokenJournal
    recovery: SqliteRecovery
    database: Database
    key: VaultKey
    key_source: KeySource
    key_place: str
    key_id: str
    database_path: Path
    journal_mode: JournalMode


def _no_news(_: DatabaseLocked) -> None:
    """For callers that do not wait."""


@asynccontextmanager
async def open_store(
    data_folder: Path,
    keys: KeyLocator,
    clock: Clock,
    *,
    busy_attempts: int,
    patience: float = 0.0,
    on_locked: Callable[[DatabaseLocked], None] = _no_news,
    notify: Callable[[str], None] = _logger.warning,
) -> AsyncIterator[Store]:
    """Open the store in `data_folder`; what was asked to be saved is saved before the block is left.

    Args:
        data_folder: `VEGA_DATA_DIR`; created 0700 when it is missing.
        keys: where the vault's key may be.
        clock: dates what is stored, and what waiting waits on.
        busy_attempts: `VEGA_DB_BUSY_ATTEMPTS`; so many make one round.
        patience: seconds to go on with further rounds while the database is held; infinity: for ever.
        on_locked: hears of every round that found it held; its sentence names the holder where known.
        notify: takes sentences worth telling the operator, such as a token that does not open.

    Raises:
        DatabaseLocked: somebody held the database until the patience was over.
        VaultError: no key can be had, or not the one that this database was first used with.
        StorageError: the folder or the database cannot be used.
    """
    opener = Opener(data_folder / DATABASE_NAME, clock, busy_attempts=busy_attempts)
    async with AsyncExitStack() as stack:

        async def enter() -> Store:
            return await stack.enter_async_context(_opened(opener, data_folder, keys, clock, notify))

        yield await _once_released(enter, clock, patience, on_locked)


async def _once_released(
    enter: Callable[[], Awaitable[Store]],
    clock: Clock,
    patience: float,
    on_locked: Callable[[DatabaseLocked], None],
) -> Store:
    deadline = clock.monotonic() + patience
    pause = _FIRST_PAUSE
    while True:
        try:
            return await enter()
        except DatabaseLocked as error:
            on_locked(error)
            if clock.monotonic() >= deadline:
                raise
        await clock.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


@asynccontextmanager
async def _opened(
    opener: Opener, data_folder: Path, keys: KeyLocator, clock: Clock, notify: Callable[[str], None]
) -> AsyncIterator[Store]:
    async with opened_by(opener) as database:
        key = await _agree_on_key(MetaTable(database), keys)
        vault = Vault(key)
        tokens = SqliteTokenStore(database, vault, clock, notify)
        recovery = SqliteRecovery(database, opener, tokens, key, clock)
        if sentence := await recovery.untold():
            notify(sentence)
        yield Store(
            tokens=tokens,
            cooldowns=SqliteCooldownStore(database),
            sign_ins=SqliteSignInLedger(database),
            executions=SqliteExecutionStore(database),
            journal=TokenJournal(data_folder, key, clock, notify=notify),
            recovery=recovery,
            database=database,
            key=key,
            key_source=key.source,
            key_place=key.place,
            key_id=vault.key_id,
            database_path=database.path,
            journal_mode=database.journal_mode,
        )


async def _agree_on_key(meta: MetaTable, keys: KeyLocator) -> VaultKey:
    known = await meta.known_key()
    key = await keys.locate(known)
    if known is None:
        require_known(key, await meta.register_key(key.record))
    return key
