"""What of the events goes into the audit trail, and how it reads there.

Entries are made of event fields only, and no event carries a secret.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from vega_terminal.domain import events as ev
from vega_terminal.domain.failure import Failure
from vega_terminal.domain.token import IST
from vega_terminal.engine.ports.audit import AuditEntry, AuditKind

LONGEST_FACT: Final = 300
"""Characters. A failure's sentence is shorter; whatever is longer is no fact but a page."""

_Facts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user of the operating system, through a front end.

    Attributes:
        user: name at the operating system.
        front_end: `terminal`, `cli`, `rest`, `warmup` or `python`.
    """

    user: str
    front_end: str

    def __str__(self) -> str:
        return f"{self.user} via {self.front_end}"


def entry_for(event: ev.Event, actor: Actor, execution_id: str | None) -> AuditEntry | None:
    """The entry that tells of `event`; None for what is mere progress or told by another event."""
    if type(event) not in _TABLE or _is_repetition(event):
        return None
    kind, facts = _TABLE[type(event)]
    return AuditEntry(
        at=event.at,
        kind=kind,
        actor=harmless(str(actor)),
        execution_id=execution_id,
        slot=event.slot if isinstance(event, ev.SlotEvent) else None,
        detail={name: harmless(text) for name, text in facts(event).items() if text},
    )


def harmless(text: str) -> str:
    """One line of bounded length without anything that could act on a terminal."""
    shown = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(sign).startswith("C") else sign
        for sign in " ".join(text.split())
    )
    return shown if len(shown) <= LONGEST_FACT else shown[: LONGEST_FACT - 1] + "…"


def _is_repetition(event: ev.Event) -> bool:
    return isinstance(event, ev.DatabaseChanged | ev.CooldownStarted) and event.again


def _nothing(_event: ev.Event) -> _Facts:
    return {}


def _failure(failure: Failure | None) -> dict[str, str]:
    if failure is None:
        return {}
    return {"failure": failure.kind.value, "code": failure.code or "", "message": failure.message}


def _stamp(instant: datetime) -> str:
    return instant.astimezone(IST).isoformat(timespec="seconds")


def _lifetime(event: ev.TokenIssued | ev.TokenHeld | ev.TokenReplayed | ev.TokenAdopted) -> _Facts:
    return {"generatedAt": _stamp(event.generated_at), "expiresAt": _stamp(event.expires_at)}


def _decided(event: ev.DecisionTaken) -> _Facts:
    return {"slots": ", ".join(event.slots) or "none", "decidedBy": event.decided_by}


def _cooldown_started(event: ev.CooldownStarted) -> _Facts:
    return {"change": "started", "login": event.label, "until": _stamp(event.until), "reason": event.reason}


def _database(event: ev.DatabaseChanged) -> _Facts:
    attempts, pending = str(event.attempts), str(event.pending)
    return {"state": event.state.value, "attempts": attempts, "pending": pending, "detail": event.detail}


def _probed(event: ev.GateProbed) -> _Facts:
    outcome = "confirmed" if event.failure is None else "not confirmed"
    return {"change": "probed", "outcome": outcome, **_failure(event.failure)}


_TABLE: Final[Mapping[type[ev.Event], tuple[AuditKind, Callable[[Any], _Facts]]]] = MappingProxyType(
    {
        ev.RunStarted: (AuditKind.RUN_STARTED, lambda event: {"requestedBy": event.requested_by}),
        ev.RunFinished: (
            AuditKind.RUN_FINISHED,
            lambda event: {"exitCode": str(event.exit_code), "summary": event.summary},
        ),
        ev.SlotVerified: (
            AuditKind.VERDICT,
            lambda event: {"verdict": event.verdict.value, **_failure(event.failure)},
        ),
        ev.DecisionTaken: (AuditKind.DECISION, _decided),
        ev.LoginLockTaken: (
            AuditKind.LOGIN_LOCK,
            lambda event: {"change": "taken", "waited": "yes" if event.waited else "no"},
        ),
        ev.LoginLockReleased: (AuditKind.LOGIN_LOCK, lambda _event: {"change": "released"}),
        ev.LoginRequested: (AuditKind.LOGIN_REQUESTED, lambda event: {"slots": ", ".join(event.slots)}),
        ev.SignInBegun: (AuditKind.SIGN_IN, lambda event: {"login": event.label}),
        ev.TokenIssued: (AuditKind.TOKEN_ISSUED, _lifetime),
        ev.TokenHeld: (AuditKind.TOKEN_HELD, _lifetime),
        ev.TokenStored: (AuditKind.TOKEN_STORED, _nothing),
        ev.TokenReplayed: (AuditKind.TOKEN_REPLAYED, _lifetime),
        ev.TokenAdopted: (AuditKind.TOKEN_ADOPTED, _lifetime),
        ev.TokenDiscarded: (AuditKind.TOKEN_DISCARDED, lambda event: {"why": event.why}),
        ev.TokenExpired: (AuditKind.TOKEN_EXPIRED, _nothing),
        ev.SlotFailed: (AuditKind.SLOT_FAILED, lambda event: _failure(event.failure)),
        ev.SlotParked: (AuditKind.SLOT_PARKED, _nothing),
        ev.CooldownStarted: (AuditKind.COOLDOWN, _cooldown_started),
        ev.CooldownEnded: (AuditKind.COOLDOWN, lambda _event: {"change": "ended"}),
        ev.SignInsRearmed: (AuditKind.REARMED, lambda event: {"login": event.label, "by": event.by}),
        ev.DatabaseChanged: (AuditKind.DATABASE, _database),
        ev.GateProbed: (AuditKind.GATE, _probed),
        ev.GateOpened: (AuditKind.GATE, lambda _event: {"change": "opened"}),
        ev.GateClosed: (AuditKind.GATE, lambda event: {"change": "closed", "why": event.why}),
    }
)
AUDITED: Final = frozenset(_TABLE)
"""The events that make an entry."""

NOT_AUDITED: Final = frozenset(
    {
        ev.TokenLoaded,
        ev.FailureRecalled,
        ev.VerificationStarted,
        ev.Settled,
        ev.SlotStarted,
        ev.StepReached,
        ev.SlotFinished,
        ev.Noticed,
    }
)
"""Progress, words for people, and what follows from other events."""
