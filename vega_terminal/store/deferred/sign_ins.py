"""Sign-ins, counted and claimed also while the database cannot be used."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime

from vega_terminal.engine.ports import SignInLedger, SignInOutcome, SignInRecord
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.deferred.sign_in_notes import SIGN_INS, SignInAct, SignInNote
from vega_terminal.store.deferred.view import DeferredView


class DeferredSignInLedger:
    """Implements `engine.ports.SignInLedger` on top of the database's; see `Deferred`."""

    def __init__(self, ledger: SignInLedger, deferred: Deferred) -> None:
        self._ledger = ledger
        self._view = DeferredView(SIGN_INS, deferred)
        self._claiming = asyncio.Lock()
        # One by one: a sign-in that is applied again counts no second time only if no other followed it.
        deferred.register(SIGN_INS.name, self._apply, meaning=SIGN_INS.meaning, strike_at_once=1)

    async def read_ahead(self, identities: Iterable[str]) -> None:
        """Read these records now, so that they are known when the database cannot be used later.

        Raises:
            StorageError: it cannot be used now.
        """
        for identity in identities:
            await self.sign_in_record(identity)

    async def sign_in_record(self, identity: str) -> SignInRecord:
        """What is on record for an identity, notes of every process included.

        Raises:
            StorageError: the database cannot be used and the record was never read in this process:
                nobody knows whether a sign-in is allowed.
        """
        return await self._view.read(identity, lambda: self._ledger.sign_in_record(identity))

    async def record_sign_in(self, identity: str, at: datetime) -> None:
        """Record, before the first click, that a sign-in begins."""
        begun = SignInNote(SignInAct.BEGUN, identity, at)
        await self._view.write(
            identity, lambda: self._ledger.record_sign_in(identity, at), lambda _record: begun
        )

    async def conclude_sign_in(self, identity: str, outcome: SignInOutcome) -> None:
        """Record how it ended."""

        def concluded(record: SignInRecord | None) -> SignInNote:
            if record is None:
                return SignInNote(SignInAct.CONCLUDED, identity, outcome=outcome)
            left = max(record.failures - 1, 0)
            return SignInNote(SignInAct.CONCLUDED, identity, record.last_sign_in, outcome, left)

        await self._view.write(identity, lambda: self._ledger.conclude_sign_in(identity, outcome), concluded)

    async def rearm(self, identity: str) -> None:
        """A person takes the responsibility: the failures are forgotten."""

        def rearmed(record: SignInRecord | None) -> SignInNote:
            return SignInNote(SignInAct.REARMED, identity, record.last_sign_in if record else None)

        await self._view.write(identity, lambda: self._ledger.rearm(identity), rearmed)

    async def claim_otp_step(self, identity: str, step: int) -> bool:
        """Record that the OTP of `step` is used; False when that step or a later one already was.

        While the database can be used, its one statement decides between processes. While it cannot, the
        machine's login lock does, which whoever signs in holds: what is known here and the journal's
        notes are enough then.

        Raises:
            StorageError: nobody knows which steps were used.
        """
        async with self._claiming:
            used = (await self.sign_in_record(identity)).last_otp_step
            if used is not None and used >= step:
                return False
            note = SignInNote(SignInAct.OTP_USED, identity, step=step)
            claimed = await self._view.write(
                identity, lambda: self._ledger.claim_otp_step(identity, step), lambda _record: note
            )
            return claimed is None or claimed

    async def _apply(self, text: str) -> None:
        note = SIGN_INS.decode(text)
        before = await self._ledger.sign_in_record(note.identity)
        after = SIGN_INS.fold(before, note)
        if after == before:
            return
        if note.act is SignInAct.BEGUN and after.last_sign_in is not None:
            await self._ledger.record_sign_in(note.identity, after.last_sign_in)
        elif note.act is SignInAct.CONCLUDED and note.outcome is not None:
            await self._ledger.conclude_sign_in(note.identity, note.outcome)
        elif note.act is SignInAct.REARMED:
            await self._ledger.rearm(note.identity)
        elif after.last_otp_step is not None:
            await self._ledger.claim_otp_step(note.identity, after.last_otp_step)
