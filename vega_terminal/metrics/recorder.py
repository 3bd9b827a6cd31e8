"""Counts and measures what happens: events in, instruments out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vega_terminal.clock import Clock
from vega_terminal.domain import events as ev
from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.status import AuthStatus
from vega_terminal.metrics.instruments import Instruments
from vega_terminal.metrics.labels import outcome, requester
from vega_terminal.metrics.last_run import LastRun
from vega_terminal.metrics.stopwatches import Stopwatches


class Recorder:
    """Fills the instruments.

    Attributes:
        last_run: the run that ended last; None before the first.
        last_success: when a run ended with every slot valid for the last time, as a Unix time; None before.
    """

    def __init__(self, instruments: Instruments, clock: Clock) -> None:
        self.last_run: LastRun | None = None
        self.last_success: float | None = None
        self._instruments = instruments
        self._runs: Stopwatches[None, str] = Stopwatches(clock)
        self._steps: Stopwatches[str, LoginStep] = Stopwatches(clock)
        self._verifying: Stopwatches[None, None] = Stopwatches(clock)
        self._unverified: set[str] = set()
        self._trouble: Stopwatches[None, None] = Stopwatches(clock)
        self._signing_in: set[str] = set()
        self._cooling: set[str] = set()
        self._handlers = self._table()

    def record(self, event: ev.Event, status: AuthStatus) -> None:
        """Count `event`, which led to `status`, if it counts."""
        if isinstance(event, ev.RunFinished) and event.exit_code == 0 and status.complete(event.at):
            self.last_success = event.at.timestamp()
        handle = self._handlers.get(type(event))
        if handle is not None:
            handle(event)

    def _table(self) -> Mapping[type[ev.Event], Callable[[Any], None]]:
        return {
            ev.RunStarted: self._run_started,
            ev.RunFinished: self._run_finished,
            ev.VerificationStarted: self._verification_started,
            ev.SlotVerified: self._slot_verified,
            ev.StepReached: self._step_reached,
            ev.SignInBegun: self._sign_in_begun,
            ev.TokenIssued: self._token_issued,
            ev.SlotParked: self._slot_parked,
            ev.SlotFailed: self._slot_failed,
            ev.SlotFinished: self._slot_finished,
            ev.CooldownStarted: self._cooldown_started,
            ev.CooldownEnded: lambda event: self._cooling.discard(event.identity),
            ev.DatabaseChanged: self._database_changed,
            ev.GateClosed: lambda _event: self._instruments.gate.inc(),
        }

    # --- runs -------------------------------------------------------------------------------------

    def _run_started(self, event: ev.RunStarted) -> None:
        self._runs.start(None, requester(event.requested_by))

    def _run_finished(self, event: ev.RunFinished) -> None:
        for slot in self._steps.running():
            self._step_over(slot)
        for slot in tuple(self._signing_in):
            self._sign_in_over(slot, "no_token")
        asked_by, seconds = self._runs.stop(None) or (requester(""), 0.0)
        ended = outcome(event.exit_code)
        self._instruments.runs.labels(asked_by, ended).observe(seconds * 1000)
        self._instruments.ends.labels(ended).inc()
        self.last_run = LastRun(event.at, event.exit_code, seconds)

    def _verification_started(self, event: ev.VerificationStarted) -> None:
        self._unverified = set(event.slots)
        self._verifying.start(None, None)

    def _slot_verified(self, event: ev.SlotVerified) -> None:
        self._instruments.verdicts.labels(event.verdict.value).inc()
        if event.slot not in self._unverified:
            return
        self._unverified.discard(event.slot)
        measured = None if self._unverified else self._verifying.stop(None)
        if measured is not None:
            self._instruments.verifications.observe(measured[1])

    # --- one slot ---------------------------------------------------------------------------------

    def _step_reached(self, event: ev.StepReached) -> None:
        self._step_over(event.slot)
        self._steps.start(event.slot, event.step)

    def _step_over(self, slot: str) -> None:
        measured = self._steps.stop(slot)
        if measured is not None:
            self._instruments.steps.labels(measured[0].name).observe(measured[1])

    def _sign_in_begun(self, event: ev.SignInBegun) -> None:
        self._instruments.begun.inc()
        self._signing_in.add(event.slot)

    def _sign_in_over(self, slot: str, how: str) -> None:
        if slot in self._signing_in:
            self._signing_in.discard(slot)
            self._instruments.sign_ins.labels(how).inc()

    def _token_issued(self, event: ev.TokenIssued) -> None:
        self._sign_in_over(event.slot, "token")

    def _slot_parked(self, event: ev.SlotParked) -> None:
        self._step_over(event.slot)
        self._instruments.captchas.inc()

    def _slot_failed(self, event: ev.SlotFailed) -> None:
        self._step_over(event.slot)
        self._sign_in_over(event.slot, "no_token")
        self._instruments.failures.labels(event.failure.kind.value).inc()

    def _slot_finished(self, event: ev.SlotFinished) -> None:
        self._step_over(event.slot)
        self._instruments.tokens.inc()

    # --- cooldown, database -----------------------------------------------------------------------

    def _cooldown_started(self, event: ev.CooldownStarted) -> None:
        """One that is found on record was counted by who started it; one that is prolonged is the same."""
        if event.identity not in self._cooling and not event.again:
            self._instruments.cooldowns.inc()
        self._cooling.add(event.identity)

    def _database_changed(self, event: ev.DatabaseChanged) -> None:
        """From the first trouble to the first good answer is one episode."""
        if event.state is DatabaseState.OK:
            measured = self._trouble.stop(None)
            if measured is not None:
                self._instruments.trouble.observe(measured[1])
        elif event.state is not DatabaseState.RECOVERING and not self._trouble.running():
            self._trouble.start(None, None)
            self._instruments.locks.labels(event.state.value).inc()
