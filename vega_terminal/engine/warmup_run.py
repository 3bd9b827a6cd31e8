"""One warm-up, from the request to what is remembered of it; patient with the network and with cooldowns."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.events import Event, SignInBegun
from vega_terminal.domain.execution import TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.warmup import WarmUpRecord
from vega_terminal.engine.ports.warmup import WarmUpRecords
from vega_terminal.engine.warmup_cooldown import after_cooldowns, was_stopped
from vega_terminal.engine.warmup_host import WarmUpHost

REQUESTED_BY: Final = "warmup"
FIRST_PAUSE_SECONDS: Final = 15.0
LONGEST_PAUSE_SECONDS: Final = 600.0
_PASSING: Final = frozenset({FailureKind.NETWORK, FailureKind.TIMEOUT, FailureKind.BROKER_DOWN})
"""Kinds that a network which is not up yet leaves behind; all others need a person, or a cooldown."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """A result, and whether anybody signed in on the way to it."""

    result: TokenExecutionResult
    signed_in: bool

    @property
    def may_pass(self) -> bool:
        """Whether nothing but the network was in the way, and no sign-in was begun that could count."""
        failures = [slot.failure for slot in self.result.slots if not slot.ok]
        kinds = {None if failure is None else failure.kind for failure in failures}
        return self.result.fatal is None and bool(kinds) and kinds <= _PASSING and not self.signed_in


class WarmUpRun:
    """Makes warm-ups. Whoever calls it sees to it that two are never made at once."""

    def __init__(self, engine: WarmUpHost, records: WarmUpRecords, *, stays: bool = False) -> None:
        """Make them with `engine` and remember them in `records`.

        Args:
            engine: a started one.
            records: what is remembered of the last one.
            stays: whether the process lives on when a run is stopped. Then somebody decided against this
                warm-up; a process that is stopped with its run, as at a shutdown, leaves it to be made.
        """
        self._engine = engine
        self._records = records
        self._stays = stays

    async def make(self, due: datetime | None, patient_until: datetime) -> TokenExecutionResult:
        """Make a warm-up to its end and remember it; trouble with remembering is only told.

        Args:
            due: the instant that it is made for, UTC; None when none is due.
            patient_until: until when a broker that cannot be reached is tried again, UTC.
        """
        result = await after_cooldowns(self._engine, await self._patiently(patient_until))
        board, counts = self._engine.board, self._stays or not was_stopped(result)
        try:
            await self._records.save(WarmUpRecord.of(due if counts else None, board.now(), result))
        except StorageError as error:
            board.say(f"The warm-up could not be remembered. {error}")
        return result

    async def _patiently(self, until: datetime) -> TokenExecutionResult:
        clock, pause = self._engine.clock, FIRST_PAUSE_SECONDS
        while True:
            outcome = await self._once()
            left = (until - clock.now()).total_seconds()
            if not outcome.may_pass or left <= pause:
                return outcome.result
            self._engine.board.say(
                f"The broker cannot be reached. Nobody signed in; the warm-up tries again in {pause:.0f} s."
            )
            await clock.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _once(self) -> _Outcome:
        """A run of one's own; one that somebody else began is waited for first. Whoever ends it ends both."""
        request, sign_ins = TokenExecutionRequest(REQUESTED_BY), _SignIns()
        while True:
            unwatch = self._engine.board.watch(sign_ins.note)
            try:
                execution = self._engine.begin(request)
                result = await asyncio.shield(execution.result)
            finally:
                unwatch()
            if execution.request is request or was_stopped(result):
                return _Outcome(result, sign_ins.begun)


class _SignIns:
    """Whether any sign-in was begun."""

    def __init__(self) -> None:
        self.begun = False

    def note(self, event: Event, _status: AuthStatus) -> None:
        self.begun = self.begun or isinstance(event, SignInBegun)
