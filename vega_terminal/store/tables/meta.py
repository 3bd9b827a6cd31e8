"""Single values about the whole database: the epoch counter and the key it was first used with."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from vega_terminal.domain.errors import VaultError
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.tables.timestamps import to_text
from vega_terminal.store.vault.key import KeyRecord, KeySource

# At least the seconds since 1970: a rebuilt database may have forgotten how high it was.
_NEXT_EPOCH: Final = "UPDATE meta SET value = max(value + 1, ?) WHERE key = 'epoch' RETURNING value"
_NOTE_REOPENING: Final = """
INSERT INTO meta (key, value) VALUES ('reopened_at', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""
_RAISE_EPOCH: Final = "UPDATE meta SET value = max(value, ?) WHERE key = 'epoch'"
_KNOWN_KEY: Final = """
SELECT id.value, source.value FROM meta AS id, meta AS source
WHERE id.key = 'key_id' AND source.key = 'key_source'
"""
_REGISTER_KEY: Final = """
INSERT INTO meta (key, value) VALUES ('key_id', ?), ('key_source', ?) ON CONFLICT (key) DO NOTHING
"""


class MetaTable:
    """The table `meta`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_epoch(self, now: datetime) -> int:
        """A number higher than any before, in whichever process; the seconds since 1970 or more.

        Raises:
            StorageError: the database cannot be used.
        """
        seconds = int(now.timestamp())
        ((epoch,),) = await self._database.write(_NEXT_EPOCH, (seconds,))
        return int(epoch)

    async def note_reopening(self, at: datetime) -> None:
        """Record when the database was last opened anew: the proof that it can be written again.

        Raises:
            StorageError: the database cannot be written.
        """
        await self._database.write(_NOTE_REOPENING, (to_text(at),))

    async def raise_epoch(self, at_least: int) -> None:
        """From now on hand out only numbers above `at_least`; a lower one than its own changes nothing.

        Raises:
            StorageError: the database cannot be used.
        """
        await self._database.write(_RAISE_EPOCH, (at_least,))

    async def known_key(self) -> KeyRecord | None:
        """The key that the database was first used with; None for a new one.

        Raises:
            StorageError: the database cannot be used.
        """
        rows = await self._database.read(_KNOWN_KEY)
        if not rows:
            return None
        key_id, source = rows[0]
        try:
            return KeyRecord(str(key_id), KeySource(source))
        except ValueError as error:
            raise VaultError(
                f"The database {self._database.path} names an unknown source of its key ({source!r})."
                " Somebody changed it by hand. Move it away and start again: tokens can be generated anew."
            ) from error

    async def register_key(self, record: KeyRecord) -> KeyRecord:
        """Record the key of a new database; whoever is first decides. Returns what is on record.

        Raises:
            StorageError: the database cannot be used.
        """
        await self._database.write(_REGISTER_KEY, (record.key_id, record.source.value))
        return await self.known_key() or record
