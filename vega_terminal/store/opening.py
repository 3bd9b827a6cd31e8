"""Opens the store: the database, the key that belongs to it, and what is kept in it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.store.cooldowns import SqliteCooldownStore
from vega_terminal.store.database import Database, open_database
from vega_terminal.store.engine_gate import JournalMode
from vega_terminal.store.keys import KeyLocator, require_known
from vega_terminal.store.meta import MetaTable
from vega_terminal.store.sign_ins import SqliteSignInLedger
from vega_terminal.store.tokens import SqliteTokenStore
from vega_terminal.store.vault import Vault
from vega_terminal.store.vault_key import KeySource, VaultKey

DATABASE_NAME: Final = "vega_trade.db"
_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """Everything that is kept, while it is open.

    Attributes:
        tokens, cooldowns, sign_ins: the ports of the engine.
        key_source, key_place, key_id: which key seals the tokens; always shown (contract section 2).
        database_path, journal_mode: of the database.
    """

    tokens: SqliteTokenStore
    cooldowns: SqliteCooldownStore
    sign_ins: SqliteSignInLedger
    key_source: KeySource
    key_place: str
    key_id: str
    database_path: Path
    journal_mode: JournalMode


@asynccontextmanager
async def open_store(
    data_folder: Path,
    keys: KeyLocator,
    clock: Clock,
    *,
    busy_attempts: int,
    notify: Callable[[str], None] = _logger.warning,
) -> AsyncIterator[Store]:
    """Open the store in `data_folder`; what was asked to be saved is saved before the block is left.

    Args:
        data_folder: `VEGA_DATA_DIR`; created 0700 when it is missing.
        keys: where the vault's key may be.
        clock: dates what is stored, and what waiting waits on.
        busy_attempts: `VEGA_DB_BUSY_ATTEMPTS`.
        notify: takes sentences worth telling the operator, such as a token that does not open.

    Raises:
        DatabaseLocked: somebody held the database during every attempt.
        VaultError: no key can be had, or not the one that this database was first used with.
        StorageError: the folder or the database cannot be used.
    """
    async with open_database(data_folder / DATABASE_NAME, clock, busy_attempts=busy_attempts) as database:
        key = await _agree_on_key(MetaTable(database), keys)
        yield _assemble(database, key, clock, notify)


async def _agree_on_key(meta: MetaTable, keys: KeyLocator) -> VaultKey:
    known = await meta.known_key()
    key = await keys.locate(known)
    if known is None:
        require_known(key, await meta.register_key(key.record))
    return key


def _assemble(database: Database, key: VaultKey, clock: Clock, notify: Callable[[str], None]) -> Store:
    vault = Vault(key)
    return Store(
        tokens=SqliteTokenStore(database, vault, clock, notify),
        cooldowns=SqliteCooldownStore(database, clock),
        sign_ins=SqliteSignInLedger(database),
        key_source=key.source,
        key_place=key.place,
        key_id=vault.key_id,
        database_path=database.path,
        journal_mode=database.journal_mode,
    )
