"""What a run looks at before anybody is asked: every token verified, and what other hosts have got."""

from __future__ import annotations

from collections.abc import Sequence

from vega_terminal.domain.decision import TokenDecisionReport
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.adoption import TokenAdoption
from vega_terminal.engine.recovery import DatabaseRecovery
from vega_terminal.engine.verification import Verification


class TokenInspection:
    """Verifies; where that finds something that needs a login, another host may have it already.

    Every method waits for a database that cannot be read, and raises StorageError when it stays so.
    """

    def __init__(
        self, verification: Verification, adoption: TokenAdoption, recovery: DatabaseRecovery
    ) -> None:
        self._verification = verification
        self._adoption = adoption
        self._recovery = recovery

    async def look(self, slots: Sequence[ApiSlot]) -> TokenDecisionReport:
        """The report on `slots`."""
        return await self._recovery.patiently(lambda: self._verified(slots))

    async def look_again(
        self, slots: Sequence[ApiSlot], report: TokenDecisionReport, *, waited: bool
    ) -> TokenDecisionReport:
        """The report as it is under the lock: somebody may have signed in since it was made.

        Args:
            slots: it is on.
            report: made before the lock was held.
            waited: whether another process had the lock before.
        """
        return await self._recovery.patiently(lambda: self._verified_again(slots, report, waited=waited))

    async def _verified_again(
        self, slots: Sequence[ApiSlot], report: TokenDecisionReport, *, waited: bool
    ) -> TokenDecisionReport:
        if waited or await self._verification.is_outdated(slots):
            return await self._verified(slots)
        return await self._with_adopted(slots, report)

    async def _verified(self, slots: Sequence[ApiSlot]) -> TokenDecisionReport:
        return await self._with_adopted(slots, await self._verification.verify(slots))

    async def _with_adopted(
        self, slots: Sequence[ApiSlot], report: TokenDecisionReport
    ) -> TokenDecisionReport:
        """The report once other hosts' tokens fill what would need a login, if there are any."""
        wanting = [slot for slot in slots if slot.name in report.needing_login]
        if wanting and await self._adoption.adopt(wanting):
            return await self._verification.verify(slots)
        return report
