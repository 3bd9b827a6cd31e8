"""Single values about the whole database: the epoch counter and the key it was first used with."""

from __future__ import annotations

from typing import Final

from vega_terminal.domain.errors import VaultError
from vega_terminal.store.database import Database
from vega_terminal.store.vault_key import KeyRecord, KeySource

_NEXT_EPOCH: Final = "UPDATE meta SET value = value + 1 WHERE key = 'epoch' RETURNING value"
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

    async def next_epoch(self) -> int:
        """A number higher than any before, in whichever process.

        Raises:
            StorageError: the database cannot be used.
        """
        ((epoch,),) = await self._database.write(_NEXT_EPOCH)
        return int(epoch)

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
