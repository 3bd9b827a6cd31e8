"""Everything that is kept on this machine, put together: database, journal, deferred notes, audit trail."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from vega_terminal.clock import Clock
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.status import DatabaseStatus
from vega_terminal.settings.values import Settings
from vega_terminal.store.audit.checkpoint import AuditCheckpoint
from vega_terminal.store.audit.trail import AUDIT_TOPIC, SqliteAuditTrail
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.deferred.records import DeferredRecords
from vega_terminal.store.opening import Store, open_store
from vega_terminal.store.vault.locator import key_locator


@dataclass(frozen=True, slots=True)
class Storage:
    """What is kept, while it is open.

    Attributes:
        store: the database, and the journal before it.
        records: cooldowns, sign-ins and the last execution, noted in the journal when the database fails.
        audit: the audit trail.
    """

    store: Store
    records: DeferredRecords
    audit: SqliteAuditTrail


@asynccontextmanager
async def stored(
    settings: Settings,
    clock: Clock,
    notify: Callable[[str], None],
    environ: Mapping[str, str] = os.environ,
    *,
    opening: Callable[[DatabaseStatus], None] = lambda _database: None,
    patience: float = 0.0,
) -> AsyncIterator[Storage]:
    """Open what these settings point to.

    Args:
        settings: where it lies, and how patient to be.
        clock: dates what is stored, and what waiting waits on.
        notify: takes sentences worth telling the operator.
        environ: where a key may be named.
        opening: hears how the database does while somebody else keeps it from being opened.
        patience: seconds that are waited for it.

    Raises:
        StorageError: the database or its key cannot be used.
    """
    keys = key_locator(settings.key_file, environ, clock)
    attempts = settings.db_busy_attempts
    async with open_store(
        settings.data_dir,
        keys,
        clock,
        busy_attempts=attempts,
        notify=notify,
        patience=patience,
        on_locked=lambda error: opening(
            DatabaseStatus(DatabaseState.LOCKED, attempts, 0, str(error), error.holder)
        ),
    ) as store:
        yield _storage(settings, store, clock, notify)


def _storage(settings: Settings, store: Store, clock: Clock, notify: Callable[[str], None]) -> Storage:
    deferred = Deferred(store.journal, settings.data_dir, clock, notify)
    records = DeferredRecords.on_top_of(deferred, store.sign_ins, store.cooldowns, store.executions)
    checkpoint = AuditCheckpoint(settings.data_dir, store.key)
    audit = SqliteAuditTrail(store.database, store.key, clock, store.journal, checkpoint)
    deferred.register(AUDIT_TOPIC, audit.apply, meaning="An entry of the audit trail is missing.")
    identities = frozenset(slot.identity.key for slot in settings.roster)
    store.recovery.after_reopen(partial(records.begin, identities))
    return Storage(store, records, audit)


def vault_key_in_words(store: Store) -> str:
    """Which key seals the tokens, and where it lies."""
    return f"{store.key_id} from {store.key_source} ({store.key_place})"
