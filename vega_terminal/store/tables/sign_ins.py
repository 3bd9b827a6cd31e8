"""What each login identity last did at the login page, so that nothing is used or tried twice."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.ports import SignInOutcome, SignInRecord
from vega_terminal.store.sqlite.database import Database
from vega_terminal.store.tables.timestamps import from_optional_text, to_text

_LOAD: Final = "SELECT last_sign_in, last_otp_step, failures FROM sign_ins WHERE identity = ?"
# Counted as a failure until it is concluded; one that is recorded again counts no second time.
_RECORD: Final = """
INSERT INTO sign_ins (identity, last_sign_in, failures) VALUES (?, ?, 1)
ON CONFLICT (identity) DO UPDATE SET
    failures = sign_ins.failures + (sign_ins.last_sign_in IS NOT excluded.last_sign_in),
    last_sign_in = excluded.last_sign_in
"""
_FORGET_FAILURES: Final = "UPDATE sign_ins SET failures = 0 WHERE identity = ?"
_TAKE_ONE_BACK: Final = "UPDATE sign_ins SET failures = max(failures - 1, 0) WHERE identity = ?"
_CONCLUSIONS: Final = {
    SignInOutcome.SUCCEEDED: _FORGET_FAILURES,
    SignInOutcome.NOT_COUNTED: _TAKE_ONE_BACK,
}
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
        last_sign_in, last_otp_step, failures = rows[0]
        try:
            return SignInRecord(from_optional_text(last_sign_in), last_otp_step, failures)
        except ValueError as error:
            raise StorageError(
                f"The time of the last sign-in in {self._database.path} is damaged."
                " Move the database away and start again: tokens can be generated anew."
            ) from error

    async def record_sign_in(self, identity: str, at: datetime) -> None:
        """Record, before the first click, that a sign-in begins; it counts as failed until concluded."""
        await self._database.write(_RECORD, (identity, to_text(at)))

    async def conclude_sign_in(self, identity: str, outcome: SignInOutcome) -> None:
        """Record how it ended: a success forgets every failure; what does not count is taken back."""
        statement = _CONCLUSIONS.get(outcome)  # a failure was counted when it began
        if statement is not None:
            await self._database.write(statement, (identity,))

    async def rearm(self, identity: str) -> None:
        """A person takes the responsibility: the failures are forgotten."""
        await self._database.write(_FORGET_FAILURES, (identity,))

    async def claim_otp_step(self, identity: str, step: int) -> bool:
        """Record that the OTP of `step` is used; False when that step or a later one already was."""
        return bool(await self._database.write(_CLAIM, (identity, step)))
