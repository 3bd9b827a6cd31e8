"""Seals single tokens as the journal does, for whoever keeps a second copy of it elsewhere."""

from __future__ import annotations

from vega_terminal.domain.errors import VaultError
from vega_terminal.domain.token import AccessToken
from vega_terminal.engine.ports import HeldToken
from vega_terminal.store.journal.frames import Frame, scan
from vega_terminal.store.journal.records import Hold, hold_frame, read_record
from vega_terminal.store.journal.sealing import RecordSeal
from vega_terminal.store.vault.key import VaultKey


class JournalSealer:
    """A sealed token opens with the same vault key only, and only under its own number."""

    def __init__(self, key: VaultKey) -> None:
        self._seal = RecordSeal(key)

    def seal(self, sequence: int, token: AccessToken) -> bytes:
        """The token as a record of the journal."""
        return hold_frame(self._seal, sequence, token)

    def open(self, sealed: bytes) -> HeldToken:
        """The token in a record.

        Raises:
            VaultError: it was sealed with another key, or is damaged.
        """
        frames = list(scan(sealed))
        record = read_record(self._seal, frames[0]) if frames and isinstance(frames[0], Frame) else None
        if not isinstance(record, Hold):
            raise VaultError("A copied token is sealed with another key, or damaged.")
        return HeldToken(record.sequence, record.token)
