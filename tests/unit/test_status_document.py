"""The status document is that of contract section 4, key by key, and its reasons are the gate's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.document import status_document
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.fold import fold
from vega_terminal.domain.lifecycle import LoginState
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.status import AuthStatus, Cooldown, Probe, SlotStatus
from vega_terminal.domain.token import Verdict

NOW = datetime(2026, 10, 6, 12, 0, tzinfo=UTC)
EXPIRY = datetime(2026, 10, 6, 22, 0, tzinfo=UTC)
NAMES = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN1", "OPTIONCHAIN2")
TIMEOUT = Failure(FailureKind.TIMEOUT, "No answer came in time.", "UDAPI1")


def held(name: str, verdict: Verdict, **changes: Any) -> SlotStatus:
    slot = SlotStatus(name, verdict, generated_at=NOW - timedelta(hours=4), expires_at=EXPIRY, persisted=True)
    return replace(slot, **changes)


def status_with(*slots: SlotStatus, **changes: Any) -> AuthStatus:
    by_name = {slot.name: slot for slot in slots}
    return replace(AuthStatus(slots=tuple(by_name.get(name, SlotStatus(name)) for name in NAMES)), **changes)


def test_the_document_of_a_fresh_start() -> None:
    missing = {
        "verdict": "MISSING",
        "generatedAt": None,
        "expiresAt": None,
        "checkedAt": None,
        "persisted": False,
        "failure": None,
    }
    assert status_document(AuthStatus.for_names(NAMES), NOW) == {
        "totalApis": 6,
        "generated": 0,
        "primaryPresent": False,
        "cooldownRemainingSec": 0,
        "state": "INIT",
        "allValid": False,
        "executionId": None,
        "ready": False,
        "reason": "PRIMARY_MISSING",
        "database": {"state": "OK", "pendingPersist": 0, "attempts": 0, "holder": None},
        "tokens": [{"apiName": name, **missing} for name in NAMES],
    }


def test_the_document_of_the_contracts_example_in_its_order() -> None:
    """Three of six, PRIMARY not among them, 487 seconds of cooldown left."""
    status = status_with(
        held("WEBSOCKET1", Verdict.VALID, checked_at=NOW),
        held("WEBSOCKET2", Verdict.UNKNOWN, failure=TIMEOUT),
        held("WEBSOCKET3", Verdict.PENDING_PERSIST, persisted=False),
        held("OPTIONCHAIN1", Verdict.INVALID),
        held("OPTIONCHAIN2", Verdict.VALID, expires_at=NOW),
        state=LoginState.COOLDOWN,
        cooldowns=(Cooldown("one", "…3210", NOW + timedelta(seconds=486.2), "throttled"),),
    )
    document = status_document(status, NOW)
    assert list(document) == [
        "totalApis",
        "generated",
        "primaryPresent",
        "cooldownRemainingSec",
        "state",
        "allValid",
        "executionId",
        "ready",
        "reason",
        "database",
        "tokens",
    ]
    assert list(document.values())[:5] == [6, 3, False, 487, "COOLDOWN"]
    tokens = {token["apiName"]: token for token in document["tokens"]}
    assert [token["verdict"] for token in document["tokens"]] == [
        "MISSING",
        "VALID",
        "UNKNOWN",
        "PENDING_PERSIST",
        "INVALID",
        "EXPIRED",
    ]
    assert tokens["WEBSOCKET1"] == {
        "apiName": "WEBSOCKET1",
        "verdict": "VALID",
        "generatedAt": "2026-10-06T13:30:00+05:30",
        "expiresAt": "2026-10-07T03:30:00+05:30",
        "checkedAt": "2026-10-06T17:30:00+05:30",
        "persisted": True,
        "failure": None,
    }
    assert tokens["WEBSOCKET2"]["failure"] == {
        "kind": "TIMEOUT",
        "code": "UDAPI1",
        "message": "No answer came in time.",
    }


def test_all_valid_needs_every_slot_alive() -> None:
    slots = [held(name, Verdict.VALID) for name in NAMES]
    assert status_document(status_with(*slots), NOW)["allValid"] is True
    assert status_document(status_with(*slots), EXPIRY)["allValid"] is False
    assert status_document(status_with(*slots[:-1]), NOW)["allValid"] is False


ALIVE = held("PRIMARY", Verdict.VALID)


@pytest.mark.parametrize(
    ("primary", "probe", "reason"),
    [
        (SlotStatus("PRIMARY"), Probe.PENDING, "PRIMARY_MISSING"),
        (SlotStatus("PRIMARY"), Probe.CONFIRMED, "PRIMARY_MISSING"),
        (replace(ALIVE, verdict=Verdict.EXPIRED), Probe.CONFIRMED, "PRIMARY_EXPIRED"),
        (replace(ALIVE, expires_at=NOW), Probe.CONFIRMED, "PRIMARY_EXPIRED"),
        (replace(ALIVE, verdict=Verdict.INVALID), Probe.CONFIRMED, "PRIMARY_REFUSED"),
        (ALIVE, Probe.PENDING, "PROBE_PENDING"),
        (ALIVE, Probe.FAILED, "PROBE_FAILED"),
        (replace(ALIVE, persisted=False), Probe.CONFIRMED, "PROBE_PENDING"),
        (ALIVE, Probe.CONFIRMED, "PRIMARY_VALIDATED"),
        (replace(ALIVE, verdict=Verdict.UNKNOWN), Probe.CONFIRMED, "PRIMARY_VALIDATED"),
        (
            replace(ALIVE, verdict=Verdict.PENDING_PERSIST, persisted=False),
            Probe.CONFIRMED,
            "PRIMARY_VALIDATED",
        ),
    ],
)
def test_the_reason_of_the_gate(primary: SlotStatus, probe: Probe, reason: str) -> None:
    document = status_document(status_with(primary, probe=probe), NOW)
    assert document["reason"] == reason
    assert document["ready"] is (reason == "PRIMARY_VALIDATED")


def test_the_words_of_the_contract_are_the_only_ones() -> None:
    assert {verdict.value for verdict in Verdict} == {
        "VALID",
        "INVALID",
        "EXPIRED",
        "MISSING",
        "UNKNOWN",
        "PENDING_PERSIST",
    }
    assert {state.value for state in DatabaseState} == {"OK", "LOCKED", "RECOVERING", "UNAVAILABLE"}


# --- three stories that a person can follow on the screen -------------------------------------------


def story(status: AuthStatus, *events: ev.Event) -> AuthStatus:
    for event in events:
        status = fold(status, event)
    return status


def issued(name: str) -> tuple[ev.Event, ...]:
    return (
        ev.SlotStarted(NOW, name),
        ev.TokenIssued(NOW, name, NOW, EXPIRY),
        ev.SlotVerified(NOW, name, Verdict.VALID, None),
    )


def test_a_gate_opened_for_primary_is_open_when_the_others_are_done() -> None:
    run = ev.LoginRequested(NOW, ("PRIMARY", "WEBSOCKET1"))
    stored = ev.TokenStored(NOW, "PRIMARY")
    opened = (ev.GateProbed(NOW, None), ev.GateOpened(NOW))
    early = story(AuthStatus.for_names(NAMES), run, *issued("PRIMARY"), stored, *opened)
    assert (early.state, early.ready(NOW)) == (LoginState.GENERATING_TOKENS, True)
    end = story(early, *issued("WEBSOCKET1"), ev.TokenStored(NOW, "WEBSOCKET1"), ev.Settled(NOW))
    assert (end.state, end.ready(NOW)) == (LoginState.DASHBOARD_READY, True)


def test_a_token_that_was_thrown_away_counts_for_nothing() -> None:
    run = ev.LoginRequested(NOW, ("PRIMARY",))
    failed = ev.SlotFailed(NOW, "PRIMARY", Failure(FailureKind.WRONG_USER, "Somebody else signed in."))
    end = story(AuthStatus.for_names(NAMES), run, *issued("PRIMARY"), failed, ev.Settled(NOW))
    assert end.primary.verdict is Verdict.MISSING
    assert end.primary.failure is failed.failure
    assert (end.generated(NOW), end.state) == (0, LoginState.INIT)


def test_a_token_that_another_process_stored_has_to_be_confirmed_anew() -> None:
    ready = status_with(ALIVE, probe=Probe.CONFIRMED)
    loaded = ev.TokenLoaded(NOW, "PRIMARY", NOW, EXPIRY, None, refused=False)
    assert story(ready, loaded).reason(NOW).value == "PROBE_PENDING"
    same = replace(loaded, generated_at=NOW - timedelta(hours=4))
    assert story(ready, same).ready(NOW)
