"""Events as lines of the message list."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.token import Verdict
from vega_terminal.domain.wording import words_for
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.message import Message

_NOBODYS_FAULT: Final = frozenset(
    {FailureKind.COOLDOWN, FailureKind.DECLINED, FailureKind.CANCELLED, FailureKind.LOGIN_BUSY}
)


def message_for(event: ev.Event) -> Message | None:
    """The line that tells of `event`; None for what needs no words."""
    text = words_for(event)
    if text is None:
        return None
    tone = _TONES.get(type(event), Tone.VALUE)
    return Message(event.at, tone if isinstance(tone, Tone) else tone(event), text, "engine")


def closing_of(event: ev.Event) -> str | None:
    """Why the dashboard closes with this event; None when it does not."""
    return event.why if isinstance(event, ev.GateClosed) else None


def _of_run(event: ev.RunFinished) -> Tone:
    by_code = {ExitCode.OK: Tone.GOOD, ExitCode.FATAL: Tone.BAD}
    return by_code.get(ExitCode(event.exit_code), Tone.WAIT)


def _of_verdict(event: ev.SlotVerified) -> Tone:
    by_verdict = {Verdict.VALID: Tone.GOOD, Verdict.INVALID: Tone.BAD, Verdict.UNKNOWN: Tone.WAIT}
    return by_verdict.get(event.verdict, Tone.MUTED)


def _of_failure(event: ev.SlotFailed) -> Tone:
    return Tone.WAIT if event.failure.kind in _NOBODYS_FAULT else Tone.BAD


def _of_database(event: ev.DatabaseChanged) -> Tone:
    return Tone.GOOD if event.state is DatabaseState.OK else Tone.BAD


_TONES: Final[Mapping[type[ev.Event], Tone | Callable[[Any], Tone]]] = MappingProxyType(
    {
        ev.RunStarted: Tone.LABEL,
        ev.RunFinished: _of_run,
        ev.VerificationStarted: Tone.MUTED,
        ev.SlotVerified: _of_verdict,
        ev.DecisionTaken: Tone.LABEL,
        ev.LoginRequested: Tone.LABEL,
        ev.StepReached: Tone.MUTED,
        ev.TokenReplayed: Tone.GOOD,
        ev.TokenDiscarded: Tone.WAIT,
        ev.SignInsRearmed: Tone.LABEL,
        ev.SlotFailed: _of_failure,
        ev.SlotParked: Tone.WAIT,
        ev.SlotFinished: Tone.GOOD,
        ev.CooldownStarted: Tone.WAIT,
        ev.CooldownEnded: Tone.LABEL,
        ev.GateProbed: lambda event: Tone.GOOD if event.failure is None else Tone.WAIT,
        ev.GateOpened: Tone.GOOD,
        ev.GateClosed: Tone.BAD,
        ev.TokenExpired: Tone.WAIT,
        ev.DatabaseChanged: _of_database,
        ev.Noticed: Tone.LABEL,
    }
)
