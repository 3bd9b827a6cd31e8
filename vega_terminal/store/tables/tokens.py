"""The tokens of the slots, sealed, one row each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import VaultError
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import StoredToken
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.tables.meta import MetaTable
from vega_terminal.store.tables.timestamps import from_optional_text, from_text, to_text
from vega_terminal.store.vault.sealing import Vault

_LOAD: Final = """
SELECT slot, client_id, sealed, user_id, issued_at, expires_at, epoch, checked_at, refused FROM tokens
"""
# The same token again (a replay) keeps what is known of it; a new one starts without a verdict.
_SAVE: Final = """
INSERT INTO tokens (slot, client_id, sealed, kid, user_id, issued_at, expires_at, epoch, updated_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (slot) DO UPDATE SET
    client_id = excluded.client_id, sealed = excluded.sealed, kid = excluded.kid,
    user_id = excluded.user_id, issued_at = excluded.issued_at, expires_at = excluded.expires_at,
    epoch = excluded.epoch, updated_at = excluded.updated_at,
    checked_at = iif((excluded.client_id, excluded.issued_at, excluded.epoch)
                     = (tokens.client_id, tokens.issued_at, tokens.epoch), tokens.checked_at, NULL),
    refused = iif((excluded.client_id, excluded.issued_at, excluded.epoch)
                  = (tokens.client_id, tokens.issued_at, tokens.epoch), tokens.refused, 0)
WHERE excluded.epoch >= tokens.epoch
RETURNING epoch
"""


_RECORD_VERDICTS: Final = """
UPDATE tokens SET refused = verdict.refused, checked_at = ?, updated_at = ?
FROM (SELECT json_extract(value, '$[0]') AS slot, json_extract(value, '$[1]') AS client_id,
             json_extract(value, '$[2]') AS issued_at, json_extract(value, '$[3]') AS epoch,
             json_extract(value, '$[4]') AS refused
      FROM json_each(?)) AS verdict
WHERE (tokens.slot, tokens.client_id, tokens.issued_at, tokens.epoch)
    = (verdict.slot, verdict.client_id, verdict.issued_at, verdict.epoch)
"""
_DROP: Final = "DELETE FROM tokens WHERE slot = ? AND sealed = ?"


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the table `tokens`, as `_LOAD` selects it."""

    slot: str
    client_id: str
    sealed: bytes
    user_id: str
    issued_at: str
    expires_at: str
    epoch: int
    checked_at: str | None
    refused: int

    def opened_by(self, vault: Vault) -> StoredToken:
        """The token in this row.

        Raises:
            VaultError: it does not open with this vault.
            ValueError: one of its instants is damaged.
        """
        token = AccessToken(
            slot=self.slot,
            client_id=self.client_id,
            value=vault.open(self.slot, self.client_id, self.sealed),
            user_id=self.user_id,
            issued_at=from_text(self.issued_at),
            expires_at=from_text(self.expires_at),
            epoch=self.epoch,
        )
        return StoredToken(token, from_optional_text(self.checked_at), bool(self.refused))


class SqliteTokenStore:
    """Implements `engine.ports.TokenStore`: the single source of truth.

    A row that does not open is told to `notify` and counts as missing: one damaged token must not keep
    the others from being used, and the slot can be generated anew.
    """

    def __init__(self, database: Database, vault: Vault, clock: Clock, notify: Callable[[str], None]) -> None:
        self._database = database
        self._meta = MetaTable(database)
        self._vault = vault
        self._clock = clock
        self._notify = notify

    async def load(self, slots: Sequence[ApiSlot]) -> Mapping[str, StoredToken]:
        """The stored token of each slot that has one; a token of another client id is none.

        Raises:
            StorageError: the database cannot be read.
        """
        wanted = {(slot.name, slot.client_id) for slot in slots}
        rows = [_Row(*row) for row in await self._database.read(_LOAD)]
        opened = {row.slot: self._open(row) for row in rows if (row.slot, row.client_id) in wanted}
        return {slot: stored for slot, stored in opened.items() if stored is not None}

    async def save(self, token: AccessToken) -> bool:
        """Store at once, in one statement; False when the database holds one of a higher epoch.

        Cancelling the caller does not cancel the write.

        Raises:
            StorageError: the database cannot be written; nothing changed.
        """
        sealed = self._vault.seal(token.slot, token.client_id, token.value)
        issued_at, expires_at = to_text(token.issued_at), to_text(token.expires_at)
        place = (token.slot, token.client_id, sealed, self._vault.key_id)
        facts = (token.user_id, issued_at, expires_at, token.epoch, to_text(self._clock.now()))
        return bool(await self._database.write(_SAVE, place + facts))

    async def record_verdicts(self, refused: Mapping[AccessToken, bool], at: datetime) -> None:
        """Remember all clear answers of one verification, in one statement; newer tokens are left alone.

        Args:
            refused: for each token whether the broker refused it.
            at: when the broker answered, UTC.

        Raises:
            StorageError: the database cannot be written; nothing changed.
        """
        rows = [
            (token.slot, token.client_id, to_text(token.issued_at), token.epoch, int(is_refused))
            for token, is_refused in refused.items()
        ]
        if rows:
            instants = (to_text(at), to_text(self._clock.now()))
            await self._database.write(_RECORD_VERDICTS, (*instants, json.dumps(rows)))

    async def holds(self, token: AccessToken) -> bool:
        """Whether this very token, or one of a higher epoch, is committed.

        Read back through the reading connection, which sees only what is committed, and opened: the
        proof before the journal lets go.

        Raises:
            StorageError: the database cannot be read.
        """
        for row in [_Row(*row) for row in await self._database.read(_LOAD)]:
            if row.slot == token.slot:
                return row.epoch > token.epoch or self._is(row, token)
        return False

    async def keep_openable(self) -> tuple[str, ...]:
        """Remove the rows that do not open, after a rebuild; returns the slots of those that do.

        Raises:
            StorageError: the database cannot be used.
        """
        kept = []
        for row in [_Row(*row) for row in await self._database.read(_LOAD)]:
            try:
                row.opened_by(self._vault)
            except (VaultError, ValueError):
                await self._database.write(_DROP, (row.slot, row.sealed))
            else:
                kept.append(row.slot)
        return tuple(kept)

    async def next_epoch(self) -> int:
        """A number higher than any before, for one login.

        Raises:
            StorageError: the database cannot be written.
        """
        return await self._meta.next_epoch(self._clock.now())

    async def raise_epoch(self, at_least: int) -> None:
        """From now on hand out only numbers above `at_least`: another host has been that far.

        Raises:
            StorageError: the database cannot be written.
        """
        await self._meta.raise_epoch(at_least)

    def _is(self, row: _Row, token: AccessToken) -> bool:
        try:
            return row.opened_by(self._vault).token == token
        except (VaultError, ValueError):
            return False

    def _open(self, row: _Row) -> StoredToken | None:
        try:
            return row.opened_by(self._vault)
        except VaultError as error:
            self._notify(f"{row.slot} counts as missing. {error}")
        except ValueError:
            self._notify(f"{row.slot} counts as missing. Its stored times are damaged. Generate it anew.")
        return None
