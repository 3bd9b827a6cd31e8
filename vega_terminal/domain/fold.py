"""How events become the status: `fold(status, event)`, one small function an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from vega_terminal.domain import events as ev
from vega_terminal.domain.lifecycle import Move, advance
from vega_terminal.domain.status import Activity, AuthStatus, Cooldown, DatabaseStatus, Probe, SlotStatus
from vega_terminal.domain.token import NEEDS_LOGIN, Verdict


def fold(status: AuthStatus, event: ev.Event) -> AuthStatus:
    """Return the status after `event`.

    Raises:
        IllegalTransition: the event is not possible in the lifecycle's present state.
    """
    rule = _RULES.get(type(event))
    return status if rule is None else rule(status, event)


def _with_slot(status: AuthStatus, name: str, **changes: Any) -> AuthStatus:  # noqa: ANN401
    slots = tuple(replace(slot, **changes) if slot.name == name else slot for slot in status.slots)
    return replace(status, slots=slots)


def _moved(status: AuthStatus, move: Move) -> AuthStatus:
    return replace(status, state=advance(status.state, move))


def _without_proof_of(status: AuthStatus, name: str) -> AuthStatus:
    """A new or lost PRIMARY token makes every earlier answer about it worthless."""
    return replace(status, probe=Probe.PENDING) if name == status.primary.name else status


def _token_loaded(status: AuthStatus, event: ev.TokenLoaded) -> AuthStatus:
    loaded = Verdict.INVALID if event.refused else Verdict.UNKNOWN
    same = status.slot(event.slot).generated_at == event.generated_at
    return _with_slot(
        status if same else _without_proof_of(status, event.slot),
        event.slot,
        verdict=loaded,
        generated_at=event.generated_at,
        expires_at=event.expires_at,
        checked_at=event.checked_at,
        persisted=True,
        held=False,
        verified=False,
    )


def _failure_recalled(status: AuthStatus, event: ev.FailureRecalled) -> AuthStatus:
    return _with_slot(status, event.slot, failure=event.failure)


def _run_started(status: AuthStatus, event: ev.RunStarted) -> AuthStatus:
    return replace(status, execution_id=event.execution_id)


def _run_finished(status: AuthStatus, _event: ev.RunFinished) -> AuthStatus:
    idle = tuple(replace(slot, activity=Activity.IDLE, step=None) for slot in status.slots)
    return replace(status, execution_id=None, slots=idle)


def _verification_started(status: AuthStatus, event: ev.VerificationStarted) -> AuthStatus:
    return _mark(status, event.slots, Activity.VERIFYING)


def _mark(status: AuthStatus, names: tuple[str, ...], activity: Activity) -> AuthStatus:
    def marked(slot: SlotStatus) -> SlotStatus:
        return replace(slot, activity=activity, failure=None) if slot.name in names else slot

    return replace(status, slots=tuple(marked(slot) for slot in status.slots))


def _slot_verified(status: AuthStatus, event: ev.SlotVerified) -> AuthStatus:
    before = status.slot(event.slot)
    clear = event.verdict in (Verdict.VALID, Verdict.INVALID)
    return _with_slot(
        status,
        event.slot,
        verdict=_verdict_after(before, event.verdict),
        checked_at=event.at if clear else before.checked_at,
        failure=event.failure,
        activity=Activity.IDLE,
        verified=event.verdict is Verdict.VALID,
    )


def _verdict_after(before: SlotStatus, answer: Verdict) -> Verdict:
    """What is known after an answer: silence takes no refusal back, and proof writes nothing down."""
    if before.verdict is Verdict.INVALID and answer is Verdict.UNKNOWN:
        return Verdict.INVALID
    return Verdict.PENDING_PERSIST if before.held and answer not in NEEDS_LOGIN else answer


def _login_requested(status: AuthStatus, event: ev.LoginRequested) -> AuthStatus:
    return _moved(_mark(status, event.slots, Activity.QUEUED), Move.LOGIN_REQUESTED)


def _settled(status: AuthStatus, event: ev.Settled) -> AuthStatus:
    rested = _moved(status, _settling_move(status, event.at))
    if not rested.ready(event.at):
        return rested
    # The gate was opened while the run was still on, or stayed open: that way is not gone again.
    return _moved(_moved(rested, Move.PROBE_CONFIRMED), Move.GATE_OPENED)


def _settling_move(status: AuthStatus, now: datetime) -> Move:
    if status.primary.holds_token(now):
        return Move.SETTLED_PRIMARY
    return Move.SETTLED_PARTIAL if status.generated(now) else Move.SETTLED_EMPTY


def _slot_started(status: AuthStatus, event: ev.SlotStarted) -> AuthStatus:
    begun = _with_slot(status, event.slot, activity=Activity.GENERATING, failure=None, step=None)
    return _moved(begun, Move.SLOT_STARTED)


def _step_reached(status: AuthStatus, event: ev.StepReached) -> AuthStatus:
    return _with_slot(status, event.slot, step=event.step, step_until=event.until)


def _token_issued(status: AuthStatus, event: ev.TokenIssued) -> AuthStatus:
    issued = _with_slot(
        status,
        event.slot,
        verdict=Verdict.UNKNOWN,
        generated_at=event.generated_at,
        expires_at=event.expires_at,
        checked_at=None,
        persisted=False,
        held=False,
        verified=False,
    )
    return _moved(_without_proof_of(issued, event.slot), Move.TOKEN_ISSUED)


def _token_held(status: AuthStatus, event: ev.TokenHeld | ev.TokenAdopted) -> AuthStatus:
    before = status.slot(event.slot)
    same = before.generated_at == event.generated_at
    return _with_slot(
        status if same else _without_proof_of(status, event.slot),
        event.slot,
        verdict=Verdict.PENDING_PERSIST,
        generated_at=event.generated_at,
        expires_at=event.expires_at,
        checked_at=before.checked_at if same else None,
        persisted=False,
        held=True,
        verified=before.verified and same,
    )


def _token_stored(status: AuthStatus, event: ev.TokenStored) -> AuthStatus:
    verdict = _verdict_of_saved(status.slot(event.slot))
    return _moved(
        _with_slot(status, event.slot, persisted=True, held=False, verdict=verdict), Move.TOKEN_STORED
    )


def _verdict_of_saved(before: SlotStatus) -> Verdict:
    """What is known of a held token once the database has it, too: what was known of it before."""
    if before.verdict is not Verdict.PENDING_PERSIST:
        return before.verdict
    return Verdict.VALID if before.proven else Verdict.UNKNOWN


def _token_replayed(status: AuthStatus, event: ev.TokenReplayed) -> AuthStatus:
    """The held token of a slot reached the database; one of an earlier process is new to this status."""
    before = status.slot(event.slot)
    same = before.generated_at == event.generated_at
    replayed = _with_slot(
        status if same else _without_proof_of(status, event.slot),
        event.slot,
        verdict=_verdict_of_saved(before) if same else Verdict.UNKNOWN,
        generated_at=event.generated_at,
        expires_at=event.expires_at,
        checked_at=before.checked_at if same else None,
        persisted=True,
        held=False,
        verified=before.verified and same,
    )
    return _moved(replayed, Move.TOKEN_STORED)


def _token_discarded(status: AuthStatus, event: ev.TokenDiscarded) -> AuthStatus:
    """A held token is held no more; when it was all that the slot had, nothing is left."""
    before = status.slot(event.slot)
    if not before.held:
        return status
    verdict = Verdict.UNKNOWN if before.verdict is Verdict.PENDING_PERSIST else before.verdict
    return _without_lost_token(_with_slot(status, event.slot, held=False, verdict=verdict), event.slot)


def _slot_failed(status: AuthStatus, event: ev.SlotFailed) -> AuthStatus:
    failed = _with_slot(status, event.slot, failure=event.failure, activity=Activity.IDLE, step=None)
    return _without_lost_token(failed, event.slot)


def _without_lost_token(status: AuthStatus, name: str) -> AuthStatus:
    """A token that was issued, but neither stored nor held when its generation failed, is nobody's."""
    slot = status.slot(name)
    if slot.persisted or slot.held or slot.verdict not in (Verdict.VALID, Verdict.UNKNOWN):
        return status
    return _with_slot(
        status,
        name,
        verdict=Verdict.MISSING,
        generated_at=None,
        expires_at=None,
        checked_at=None,
        verified=False,
    )


def _slot_parked(status: AuthStatus, event: ev.SlotParked) -> AuthStatus:
    return _with_slot(status, event.slot, activity=Activity.PARKED)


def _slot_finished(status: AuthStatus, event: ev.SlotFinished) -> AuthStatus:
    return _with_slot(status, event.slot, activity=Activity.IDLE, step=None)


def _cooldown_started(status: AuthStatus, event: ev.CooldownStarted) -> AuthStatus:
    others = tuple(old for old in status.cooldowns if old.identity != event.identity)
    started = Cooldown(event.identity, event.label, event.until, event.reason)
    return _moved(replace(status, cooldowns=(*others, started)), Move.COOLDOWN_STARTED)


def _cooldown_ended(status: AuthStatus, event: ev.CooldownEnded) -> AuthStatus:
    left = tuple(old for old in status.cooldowns if old.identity != event.identity)
    ended = replace(status, cooldowns=left)
    return ended if left else _moved(ended, Move.COOLDOWN_ENDED)


def _gate_probed(status: AuthStatus, event: ev.GateProbed) -> AuthStatus:
    if event.failure is not None:
        return replace(status, probe=Probe.FAILED)
    return _moved(replace(status, probe=Probe.CONFIRMED), Move.PROBE_CONFIRMED)


def _gate_opened(status: AuthStatus, _event: ev.GateOpened) -> AuthStatus:
    return _moved(status, Move.GATE_OPENED)


def _gate_closed(status: AuthStatus, _event: ev.GateClosed) -> AuthStatus:
    return _moved(replace(status, probe=Probe.PENDING), Move.GATE_CLOSED)


def _token_expired(status: AuthStatus, event: ev.TokenExpired) -> AuthStatus:
    return _without_proof_of(_with_slot(status, event.slot, verdict=Verdict.EXPIRED), event.slot)


def _database_changed(status: AuthStatus, event: ev.DatabaseChanged) -> AuthStatus:
    changed = DatabaseStatus(event.state, event.attempts, event.pending, event.detail, event.holder)
    return replace(status, database=changed)


_RULES: Final[Mapping[type[ev.Event], Callable[[AuthStatus, Any], AuthStatus]]] = MappingProxyType(
    {
        ev.TokenLoaded: _token_loaded,
        ev.FailureRecalled: _failure_recalled,
        ev.RunStarted: _run_started,
        ev.RunFinished: _run_finished,
        ev.VerificationStarted: _verification_started,
        ev.SlotVerified: _slot_verified,
        ev.LoginRequested: _login_requested,
        ev.Settled: _settled,
        ev.SlotStarted: _slot_started,
        ev.StepReached: _step_reached,
        ev.TokenIssued: _token_issued,
        ev.TokenHeld: _token_held,
        ev.TokenAdopted: _token_held,
        ev.TokenStored: _token_stored,
        ev.TokenReplayed: _token_replayed,
        ev.TokenDiscarded: _token_discarded,
        ev.SlotFailed: _slot_failed,
        ev.SlotParked: _slot_parked,
        ev.SlotFinished: _slot_finished,
        ev.CooldownStarted: _cooldown_started,
        ev.CooldownEnded: _cooldown_ended,
        ev.GateProbed: _gate_probed,
        ev.GateOpened: _gate_opened,
        ev.GateClosed: _gate_closed,
        ev.TokenExpired: _token_expired,
        ev.DatabaseChanged: _database_changed,
    }
)
