"""The tokens of the slots, sealed, one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import VaultError
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import StoredToken
from vega_terminal.store.database import Database
from vega_terminal.store.meta import MetaTable
from vega_terminal.store.timestamps import from_optional_text, from_text, to_text
from vega_terminal.store.vault import Vault

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
_RECORD_VERDICT: Final = """
UPDATE tokens SET refused = ?, checked_at = ?, updated_at = ?
WHERE slot = ? AND client_id = ? AND issued_at = ? AND epoch = ?
"""


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

    async def record_verdict(self, token: AccessToken, *, refused: bool, at: datetime) -> None:
        """Remember the broker's clear answer about this very token; a newer one is left alone.

        Raises:
            StorageError: the database cannot be written; nothing changed.
        """
        verdict = (int(refused), to_text(at), to_text(self._clock.now()))
        this_token = (token.slot, token.client_id, to_text(token.issued_at), token.epoch)
        await self._database.write(_RECORD_VERDICT, verdict + this_token)

    async def next_epoch(self) -> int:
        """A number higher than any before, for one login.

        Raises:
            StorageError: the database cannot be written.
        """
        return await self._meta.next_epoch()

    def _open(self, row: _Row) -> StoredToken | None:
        try:
            return row.opened_by(self._vault)
        except VaultError as error:
            self._notify(f"{row.slot} counts as missing. {error}")
        except ValueError:
            self._notify(f"{row.slot} counts as missing. Its stored times are damaged. Generate it anew.")
        return None
