"""Everything besides tokens that is kept also while the database cannot be used, in one hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vega_terminal.engine.ports import CooldownStore, ExecutionStore, SignInLedger
from vega_terminal.store.deferred.cooldowns import DeferredCooldownStore
from vega_terminal.store.deferred.executions import DeferredExecutionStore
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.deferred.sign_ins import DeferredSignInLedger


@dataclass(frozen=True, slots=True)
class DeferredRecords:
    """The ports of `engine.ports.records`, each with its notes behind it.

    Attributes:
        deferred: takes further topics, and applies every note.
        sign_ins, cooldowns, executions: the ports.
    """

    deferred: Deferred
    sign_ins: DeferredSignInLedger
    cooldowns: DeferredCooldownStore
    executions: DeferredExecutionStore

    @classmethod
    def on_top_of(
        cls, deferred: Deferred, sign_ins: SignInLedger, cooldowns: CooldownStore, executions: ExecutionStore
    ) -> DeferredRecords:
        """Put notes behind the database's implementations."""
        return cls(
            deferred,
            DeferredSignInLedger(sign_ins, deferred),
            DeferredCooldownStore(cooldowns, deferred),
            DeferredExecutionStore(executions, deferred),
        )

    async def begin(self, identities: Iterable[str]) -> None:
        """Apply what earlier processes noted, and learn what must be known should the database fail later.

        Without the second, a database that is locked before the first sign-in would forbid that one.

        Args:
            identities: keys of every login identity of the roster.

        Raises:
            StorageError: the database cannot be used now.
        """
        await self.deferred.replay()
        await self.cooldowns.load_cooldowns()
        await self.executions.latest_execution()
        await self.sign_ins.read_ahead(identities)
