"""The engine as front ends see it: intents in, one status out."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.events import Settled
from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import LoginIdentity, Roster
from vega_terminal.engine.blocked import RUN_UNDER_WAY, cooling_in_words
from vega_terminal.engine.cleanup import CleanupPolicy
from vega_terminal.engine.cooldown import CooldownManager
from vega_terminal.engine.defects import defect
from vega_terminal.engine.execution_book import ExecutionBook
from vega_terminal.engine.execution_log import ExecutionLog
from vega_terminal.engine.facts import EngineFacts
from vega_terminal.engine.gate import LoginGate
from vega_terminal.engine.market_door import MarketDoor
from vega_terminal.engine.notices import Notices
from vega_terminal.engine.orchestrator import AsyncTokenOrchestrator, Execution
from vega_terminal.engine.outcome import fail_unfinished
from vega_terminal.engine.ports.audit import AuditBook
from vega_terminal.engine.recovery import DatabaseRecovery
from vega_terminal.engine.replay import TokenReplay
from vega_terminal.engine.resume import ResumeOrchestrator
from vega_terminal.engine.shelf import TokenShelf
from vega_terminal.engine.sign_in_guard import SignInGuard, spent_in_words
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.engine.stored import publish_tokens
from vega_terminal.engine.verification import Verification

if TYPE_CHECKING:
    from vega_terminal.domain.calendar.days import CalendarSource
    from vega_terminal.domain.market import Candle, CandleInterval, Dashboard, OptionChain, Quote
    from vega_terminal.engine.ports import LoginLease


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineParts:
    """What an engine is made of; put together in `wiring`."""

    roster: Roster
    board: StatusBoard
    clock: Clock
    shelf: TokenShelf
    replay: TokenReplay
    recovery: DatabaseRecovery
    verification: Verification
    orchestrator: AsyncTokenOrchestrator
    gate: LoginGate
    cooldowns: CooldownManager
    sign_ins: SignInGuard
    executions: ExecutionLog
    lease: LoginLease
    market: MarketDoor
    cleanup: CleanupPolicy
    notices: Notices
    facts: EngineFacts
    book: AuditBook
    history: ExecutionBook


class Engine:
    """Everything a front end may do. Lives on one event loop, from `start` to `close`."""

    def __init__(self, parts: EngineParts) -> None:
        self.roster = parts.roster
        self.board = parts.board
        self.clock = parts.clock
        self.facts = parts.facts
        self.book = parts.book
        self.history = parts.history
        self._parts = parts
        self._resume = ResumeOrchestrator(
            parts.orchestrator, parts.executions, parts.cooldowns, parts.roster, parts.board
        )
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Save what is still held, load what is stored, take up cooldowns, begin to look after the gate.

        Raises:
            StorageError: database or journal cannot be used, and did not come back within the patience.
        """
        self._parts.notices.release()
        await self._parts.recovery.patiently(self._parts.replay.run)
        await self._parts.recovery.patiently(self._load)
        self._parts.cooldowns.on_end = self._resume.go_on
        await self._parts.recovery.patiently(self._look_back)
        self._watch = asyncio.create_task(self._parts.gate.watch(), name="gate watch")
        self._watch.add_done_callback(self._watch_ended)

    async def _load(self) -> None:
        await publish_tokens(self._parts.shelf, self.roster, self.board)

    async def _look_back(self) -> None:
        """Take up cooldowns, and what an execution left that was cut off; see who may sign in."""
        cooldowns = self._parts.cooldowns
        if not await cooldowns.restore(alone=False) or await self._parts.executions.is_unfinished():
            # A process died here, or is at work just now: whoever holds the lease knows which.
            async with self._parts.lease.hold_if_free() as alone:
                if alone:
                    await cooldowns.restore(alone=True)
                    await self._resume.look_back()
        await self._look_at_sign_ins()

    async def _look_at_sign_ins(self) -> None:
        await self._parts.sign_ins.look(slot.identity for slot in self.roster)

    async def verify(self) -> None:
        """Verify every slot and open or close the gate accordingly. A run under way does it anyway.

        Raises:
            StorageError: the database cannot be read.
        """
        if self.board.status.running:
            return
        try:
            await self._parts.recovery.patiently(self._verify_all)
        except StorageError as error:
            fail_unfinished(self.roster.slots, self.board, Failure(FailureKind.STORAGE, str(error)))
            raise
        await self._settle()

    async def follow_others(self) -> None:
        """Verify whenever another process has stored tokens that are not known here, until cancelled."""
        from vega_terminal.engine.outside import OutsideTokens  # noqa: PLC0415 - where a process stays

        outside = OutsideTokens(self._parts.shelf, self.roster, self.board, self.clock)
        while True:
            names = await outside.arrived()
            self.board.say(f"Another VEGA process has stored new tokens: {', '.join(names)}.")
            with contextlib.suppress(StorageError):  # told in every row
                await self.verify()

    async def _verify_all(self) -> None:
        await self._parts.verification.verify(self.roster.slots)
        with contextlib.suppress(StorageError):  # whoever signs in reads them himself
            await self._look_at_sign_ins()

    async def _settle(self) -> None:
        """Let state and gate follow from the verdicts; a run begun meanwhile does that at its end."""
        if not self.board.status.running:
            self.board.publish(Settled(self.board.now()))
            await self._parts.gate.confirm()

    def begin(self, request: TokenExecutionRequest) -> Execution:
        """Start an execution, or join the one under way; returns at once."""
        return self._parts.orchestrator.begin(request)

    async def execute(self, request: TokenExecutionRequest) -> TokenExecutionResult:
        """Start or join an execution and wait for its result."""
        return await asyncio.shield(self.begin(request).result)

    async def cancel(self) -> None:
        """End the run under way; returns when no browser is left."""
        await self._parts.orchestrator.cancel()

    async def look(self) -> Dashboard:
        """The dashboard's panels, freshly asked.

        Raises:
            GateShut: it may not open now.
        """
        return await (await self._parts.market.desk()).look()

    async def quotes(self, keys: Sequence[str]) -> tuple[Quote, ...]:
        """One quote for each of `keys` (such as `NSE_EQ|INE002A01018`) that the broker knows, in their order.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
        """
        return await (await self._parts.market.desk()).quotes(keys)

    async def expiries(self, underlying_key: str) -> tuple[date, ...]:
        """The days on which options of the underlying expire, the nearest first; none if it has no options.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
        """
        return await (await self._parts.market.desk()).expiries(underlying_key)

    async def option_chain(self, underlying_key: str, expiry: date) -> OptionChain:
        """Every strike of one expiry.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
        """
        return await (await self._parts.market.desk()).option_chain(underlying_key, expiry)

    async def candles(self, key: str, interval: CandleInterval, days: int) -> tuple[Candle, ...]:
        """Candles of the last `days` days (at most `interval.longest_days`) and today, oldest first.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
        """
        return await (await self._parts.market.desk()).candles(key, interval, days)

    async def holidays(self) -> CalendarSource:
        """The broker's calendar of this year.

        Raises:
            GateShut: the dashboard may not open now.
            BrokerError: there is no answer to trust.
        """
        return await (await self._parts.market.desk()).holidays()

    def generate_blocked(self) -> str | None:
        """Why nothing can be generated now, as a sentence; None when it can."""
        status = self.board.status
        if status.running:
            return RUN_UNDER_WAY
        identities = {slot.identity.key: slot.identity for slot in self.roster}.values()
        if any(self._parts.sign_ins.failure_for(identity) is None for identity in identities):
            return None
        if any(self._parts.cooldowns.active(identity.key) for identity in identities):
            return cooling_in_words(status.cooldown_remaining(self.board.now()))
        return " ".join(spent_in_words(identity) for identity in identities)

    def spent(self) -> tuple[LoginIdentity, ...]:
        """Identities that sign in no more until a person re-arms them; none while a run is under way."""
        if self.board.status.running:
            return ()
        identities = {slot.identity.key: slot.identity for slot in self.roster}.values()
        return tuple(identity for identity in identities if self._parts.sign_ins.is_spent(identity))

    async def sign_in_failures(self) -> Mapping[str, int]:
        """How many sign-ins of each identity (by key) failed in a row, freshly read.

        Raises:
            StorageError: it cannot be read.
        """
        await self._look_at_sign_ins()
        return self._parts.sign_ins.failures()

    async def rearm(self, identity: str, by: str = "terminal") -> None:
        """Allow sign-ins of an identity again after too many failed; the person checked its credentials.

        Args:
            identity: its key.
            by: who asks, for the record.

        Raises:
            StorageError: it could not be noted; nothing has changed.
        """
        (found, *_) = [slot.identity for slot in self.roster if slot.identity.key == identity]
        await self._parts.sign_ins.rearm(found, by)

    async def close(self) -> None:
        """End every timer, the run and the watch; the timers first, because their end begins a run."""
        await self._parts.cooldowns.close()
        await self.cancel()
        await self._parts.recovery.close()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.wait({self._watch})
        await self.history.close()

    def _watch_ended(self, watch: asyncio.Task[None]) -> None:
        """Nobody looks after the dashboard any more: shut it, unless the engine is being closed."""
        error = None if watch.cancelled() else watch.exception()
        if error is not None:
            self._parts.gate.close_if_open(defect(error).message)
