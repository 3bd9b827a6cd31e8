"""Events in words: one sentence for people, the same in the terminal, on the command line and in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from vega_terminal.domain import events as ev
from vega_terminal.domain.decision import DECLINED_BY_DEFAULT, REPORTED, UNANSWERED
from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.token import IST

_UNDECIDED: Final[Mapping[str, str]] = {
    REPORTED: "UPSTOX_DECISION_MODE is NEVER, so runs only report",
    UNANSWERED: "UPSTOX_DECISION_MODE is ASK, and there was nobody to ask",
    DECLINED_BY_DEFAULT: "UPSTOX_DEFAULT_ACTION is NONE, and nobody said otherwise",
}
_ALL_THE_SAME: Final = "To generate all the same: `vega-auth refresh --yes`, or g in the terminal."


def words_for(event: ev.Event) -> str | None:
    """The sentence that tells of `event`; None for what needs no words. Broker text is not made safe here."""
    sentence = _SENTENCES.get(type(event))
    return None if sentence is None else sentence(event)


def _run_started(event: ev.RunStarted) -> str:
    return f"Run {event.execution_id[:8]} started by {event.requested_by}."


def _verification_started(event: ev.VerificationStarted) -> str:
    if len(event.slots) == 1:
        return "Verifying 1 access token."
    return f"Verifying {len(event.slots)} access tokens at once."


def _verified(event: ev.SlotVerified) -> str:
    why = f". {event.failure}" if event.failure else ""
    return f"{event.slot}: {event.verdict}{why}"


def _decided(event: ev.DecisionTaken) -> str:
    if event.decided_by in _UNDECIDED and not event.slots:
        return f"Nothing is generated: {_UNDECIDED[event.decided_by]}. {_ALL_THE_SAME}"
    return f"To be generated: {', '.join(event.slots) or 'nothing'} ({event.decided_by})."


def step_in_words(step: LoginStep, until: datetime | None) -> str:
    """What goes on, and when it is given up (`until`, UTC) where a person is waited for."""
    return step.value if until is None else f"{step.value}, until {until.astimezone(IST):%H:%M:%S} IST"


def _issued(event: ev.TokenIssued) -> str:
    return f"{event.slot}: issued, lives until {event.expires_at.astimezone(IST):%d %b %H:%M} IST."


def _cooldown_started(event: ev.CooldownStarted) -> str:
    return f"Cooldown of {event.label} until {event.until.astimezone(IST):%H:%M:%S} IST. {event.reason}"


def _probed(event: ev.GateProbed) -> str:
    if event.failure is None:
        return "PRIMARY: the broker answered 200; login confirmed."
    return f"PRIMARY: not confirmed. {event.failure}"


def _database(event: ev.DatabaseChanged) -> str | None:
    if event.again:
        return None
    if event.state is DatabaseState.RECOVERING:
        return f"Database: {event.detail}"
    if event.state is DatabaseState.OK:
        return "Database: usable again; nothing is left waiting for it."
    held = f" {event.pending} held safely." if event.pending else ""
    return f"Database: {event.state} after {event.attempts} attempts.{held} {event.detail}"


def _lock_taken(event: ev.LoginLockTaken) -> str | None:
    return "The other process is done; the login of this machine is ours now." if event.waited else None


_SENTENCES: Final[Mapping[type[ev.Event], Callable[[Any], str | None]]] = MappingProxyType(
    {
        ev.FailureRecalled: lambda event: f"{event.slot}: {event.failure}",
        ev.RunStarted: _run_started,
        ev.RunFinished: lambda event: event.summary,
        ev.VerificationStarted: _verification_started,
        ev.SlotVerified: _verified,
        ev.DecisionTaken: _decided,
        ev.LoginRequested: lambda event: f"Signing in for {', '.join(event.slots)}.",
        ev.SlotStarted: lambda event: f"{event.slot}: generation began.",
        ev.StepReached: lambda event: f"{event.slot}: {step_in_words(event.step, event.until)}.",
        ev.TokenIssued: _issued,
        ev.TokenHeld: lambda event: f"{event.slot}: safe in the journal.",
        ev.TokenStored: lambda event: f"{event.slot}: saved to the database.",
        ev.TokenReplayed: lambda event: f"{event.slot}: the held token is in the database now.",
        ev.TokenAdopted: lambda event: f"{event.slot}: taken over from another host.",
        ev.TokenDiscarded: lambda event: f"{event.slot}: the held token was let go. {event.why}",
        ev.SignInBegun: lambda event: f"{event.slot}: signing in as {event.label}.",
        ev.LoginLockTaken: _lock_taken,
        ev.SignInsRearmed: lambda event: f"Sign-ins of {event.label} are allowed again, by {event.by}.",
        ev.SlotFailed: lambda event: f"{event.slot}: {event.failure}",
        ev.SlotParked: lambda event: f"{event.slot}: parked at a CAPTCHA; the others go on.",
        ev.SlotFinished: lambda event: f"{event.slot}: generated.",
        ev.CooldownStarted: _cooldown_started,
        ev.CooldownEnded: lambda _event: "Cooldown over.",
        ev.GateProbed: _probed,
        ev.GateOpened: lambda _event: "The dashboard is open.",
        ev.GateClosed: lambda event: f"The dashboard closed. {event.why}",
        ev.TokenExpired: lambda event: f"{event.slot}: expired at 03:30 IST.",
        ev.DatabaseChanged: _database,
        ev.Noticed: lambda event: event.text,
    }
)
