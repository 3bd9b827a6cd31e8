"""The journal without the database, which is held or broken: it holds tokens, and it takes audit entries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError, VaultError
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.ports import AuditEntry, StoredToken
from vega_terminal.settings.values import Settings
from vega_terminal.store.audit.rows import NamedEntry
from vega_terminal.store.audit.trail import AUDIT_TOPIC
from vega_terminal.store.journal.file_ops import OsFileOps
from vega_terminal.store.journal.frames import Frame, scan
from vega_terminal.store.journal.records import read_header
from vega_terminal.store.journal.token_journal import JOURNAL_NAME, TokenJournal
from vega_terminal.store.vault.key import KeyRecord, KeySource, VaultKey
from vega_terminal.store.vault.locator import KeyLocator, key_locator

_UNNAMED_PLACES: Final = (KeySource.CONFIG_FILE, KeySource.KEYRING)
"""Where the key may lie when no setting names its place; the file first, because a keyring may ask."""


async def open_journal(
    settings: Settings,
    clock: Clock,
    notify: Callable[[str], None],
    environ: Mapping[str, str],
    trouble: StorageError,
) -> TokenJournal:
    """The journal, with the key that it names; no key is ever made.

    Args:
        settings: where it lies, and the key.
        clock: dates what is set aside.
        notify: takes sentences worth telling the operator.
        environ: where a key may be named.
        trouble: what is wrong with the database; raised again when there is no journal.

    Raises:
        VaultError: its key is not to be had.
        StorageError: there is no journal, or it cannot be read.
    """
    key_id = await asyncio.to_thread(_key_id_of, settings.data_dir / JOURNAL_NAME)
    if key_id is None:
        raise trouble
    key = await _known_key(key_id, key_locator(settings.key_file, environ, clock))
    return TokenJournal(settings.data_dir, key, clock, notify=notify)


class JournalShelf:
    """Implements `Shelf` with what is held in the journal alone."""

    def __init__(self, journal: TokenJournal, trouble: StorageError) -> None:
        """Read `journal`, because of the `trouble` with the database."""
        self._journal = journal
        self._trouble = trouble

    async def load(self, slots: Sequence[ApiSlot]) -> Mapping[str, StoredToken]:
        """The newest held token of each slot.

        Raises:
            StorageError: it does not hold one of each: what the database has would be needed.
        """
        wanted = {(slot.name, slot.client_id) for slot in slots}
        tokens = sorted((held.token for held in await self._journal.held()), key=lambda token: token.epoch)
        newest = {
            token.slot: StoredToken(token, None, refused=False, held=True)
            for token in tokens
            if (token.slot, token.client_id) in wanted
        }
        if newest.keys() != {slot.name for slot in slots}:
            raise self._trouble
        return newest


class JournalTrail:
    """Implements `engine.ports.AuditTrail`: entries wait in the journal, and the next run enters them."""

    def __init__(self, journal: TokenJournal) -> None:
        self._journal = journal

    async def append(self, entries: Sequence[AuditEntry]) -> None:
        """Note the entries in this order; durable on return.

        Raises:
            StorageError: the journal does not take them.
        """
        await self._journal.note_all(AUDIT_TOPIC, [NamedEntry.new(entry).as_note() for entry in entries])


async def _known_key(key_id: str, keys: KeyLocator) -> VaultKey:
    """The key of this id, wherever it lies; asked for as a known one, so that none is made."""
    for source in _UNNAMED_PLACES[:-1]:
        try:
            return await keys.locate(KeyRecord(key_id, source))
        except VaultError:
            continue
    return await keys.locate(KeyRecord(key_id, _UNNAMED_PLACES[-1]))


def _key_id_of(journal: Path) -> str | None:
    """Which key a journal says that it is sealed with; None when there is none, or it cannot be told."""
    ops = OsFileOps()
    try:
        if not ops.exists(journal):
            return None
        descriptor = ops.open(journal)
        try:
            first = next(scan(ops.read(descriptor)), None)
        finally:
            ops.close(descriptor)
    except OSError:
        return None
    header = read_header(first) if isinstance(first, Frame) else None
    return None if header is None else header.key_id
