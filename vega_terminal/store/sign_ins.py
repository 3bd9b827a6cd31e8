"""What each login identity last did at the login page, so that nothing is used or tried twice."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.ports import SignInRecord
from vega_terminal.store.database import Database
from vega_terminal.store.timestamps import from_optional_text, to_text

_LOAD: Final = "SELECT last_sign_in, last_otp_step FROM sign_ins WHERE identity = ?"
_RECORD: Final = """
INSERT INTO sign_ins (identity, last_sign_in) VALUES (?, ?)
ON CONFLICT (identity) DO UPDATE SET last_sign_in = excluded.last_sign_in
"""
_CLAIM: Final = """
INSERT INTO sign_ins (identity, last_otp_step) VALUES (?, ?)
ON CONFLICT (identity) DO UPDATE SET last_otp_step = excluded.last_otp_step
WHERE sign_ins.last_otp_step IS NULL OR excluded.last_otp_step > sign_ins.last_otp_step
RETURNING last_otp_step
"""


class SqliteSignInLedger:
    """Implements `engine.ports.SignInLedger`. Every method raises StorageError when SQLite cannot do it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sign_in_record(self, identity: str) -> SignInRecord:
        """What is on record for an identity; an empty record for a new one."""
        rows = await self._database.read(_LOAD, (identity,))
        if not rows:
            return SignInRecord()
        last_sign_in, last_otp_step = rows[0]
        try:
            return SignInRecord(from_optional_text(last_sign_in), last_otp_step)
        except ValueError as error:
            raise StorageError(
                f"The time of the last sign-in in {self._database.path} is damaged."
                " Move the database away and start again: tokens can be generated anew."
            ) from error

    async def record_sign_in(self, identity: str, at: datetime) -> None:
        """Record that a sign-in begins now, before the first click."""
        await self._database.write(_RECORD, (identity, to_text(at)))

    async def claim_otp_step(self, identity: str, step: int) -> bool:
        """Record that the OTP of `step` is used; False when that step or a later one already was."""
        return bool(await self._database.write(_CLAIM, (identity, step)))
