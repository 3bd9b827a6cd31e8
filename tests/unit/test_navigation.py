"""Which screens may be entered (contract section 7), and that every event is told and folded on purpose."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.fold import fold
from vega_terminal.domain.lifecycle import LoginState
from vega_terminal.domain.navigation import Area, access_to, open_screens
from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.status import AuthStatus, Cooldown, Probe, SlotStatus
from vega_terminal.domain.token import Verdict
from vega_terminal.domain.wording import words_for

NOW = datetime(2026, 10, 6, 12, 0, tzinfo=UTC)
EXPIRY = datetime(2026, 10, 6, 22, 0, tzinfo=UTC)
ALIVE = SlotStatus("PRIMARY", Verdict.VALID, NOW, EXPIRY, NOW, persisted=True)
FEED_ONLY = (SlotStatus("PRIMARY"), replace(ALIVE, name="FEED"))
BOTH = (ALIVE, replace(ALIVE, name="FEED"))


@pytest.mark.parametrize(
    ("status", "account", "dashboard"),
    [
        (AuthStatus.for_names(("PRIMARY", "FEED")), False, False),
        (AuthStatus(FEED_ONLY), True, False),
        (AuthStatus(BOTH), True, False),
        (AuthStatus(BOTH, probe=Probe.FAILED), True, False),
        (AuthStatus(BOTH, probe=Probe.CONFIRMED), True, True),
        (AuthStatus((SlotStatus("PRIMARY"), FEED_ONLY[1]), probe=Probe.CONFIRMED), True, False),
    ],
)
def test_the_navigation_table(status: AuthStatus, account: bool, dashboard: bool) -> None:
    opened = {access.area: access.is_open for access in open_screens(status, NOW)}
    assert opened == {Area.LOGIN: True, Area.ACCOUNT: account, Area.DASHBOARD: dashboard}
    for area in Area:
        access = access_to(area, status, NOW)
        assert (access.why_closed is None) == opened[area]


def test_the_dashboard_closes_when_the_token_dies() -> None:
    status = AuthStatus(BOTH, probe=Probe.CONFIRMED)
    assert access_to(Area.DASHBOARD, status, NOW).is_open
    closed = access_to(Area.DASHBOARD, status, EXPIRY)
    assert closed.why_closed == "PRIMARY's access token has expired."
    assert not access_to(Area.ACCOUNT, status, EXPIRY).is_open


SAMPLES: dict[str, Any] = {
    "at": NOW,
    "slot": "PRIMARY",
    "generated_at": NOW,
    "expires_at": EXPIRY,
    "checked_at": None,
    "refused": False,
    "execution_id": "b7a1-0000",
    "requested_by": "cli",
    "exit_code": 0,
    "summary": "All is well.",
    "slots": ("PRIMARY",),
    "verdict": Verdict.INVALID,
    "failure": Failure(FailureKind.TOKEN_REFUSED, "The broker refused it.", "UDAPI100050"),
    "decided_by": "operator",
    "step": LoginStep.PIN,
    "identity": "3210-ba",
    "label": "…3210",
    "until": EXPIRY,
    "reason": "Throttled.",
    "why": "It is 03:30.",
    "state": DatabaseState.LOCKED,
    "attempts": 3,
    "pending": 2,
    "detail": "Somebody else holds it.",
    "again": False,
    "holder": "sqlite3 (process 4711)",
    "waited": True,
    "by": "operator",
    "text": "Something worth a line.",
}
EVENTS = [
    kind
    for kind in vars(ev).values()
    if isinstance(kind, type) and issubclass(kind, ev.Event) and kind not in (ev.Event, ev.SlotEvent)
]
WITHOUT_WORDS = {ev.TokenLoaded, ev.Settled, ev.LoginLockReleased}
WITHOUT_EFFECT = {
    ev.DecisionTaken,
    ev.Noticed,
    ev.SignInBegun,
    ev.SignInsRearmed,
    ev.LoginLockTaken,
    ev.LoginLockReleased,
}
LEGAL_IN = {
    ev.CooldownEnded: LoginState.COOLDOWN,
    ev.LoginRequested: LoginState.INIT,
    ev.SlotStarted: LoginState.START_LOGIN,
    ev.GateOpened: LoginState.AUTH_CONFIRMED,
}
COOLING = Cooldown("3210-ba", "…3210", EXPIRY, "Throttled.")
RUNNING = AuthStatus(
    (replace(ALIVE, step=LoginStep.STORING, verdict=Verdict.UNKNOWN, persisted=False, held=True), BOTH[1]),
    LoginState.GENERATING_TOKENS,
    execution_id="earlier",
    cooldowns=(COOLING,),
    probe=Probe.CONFIRMED,
)


def sample(kind: type[ev.Event]) -> ev.Event:
    return kind(**{field.name: SAMPLES[field.name] for field in fields(kind)})


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_is_told_in_one_sentence_unless_it_is_silent_on_purpose(kind: type[ev.Event]) -> None:
    words = words_for(sample(kind))
    assert (words is None) == (kind in WITHOUT_WORDS)
    if words is not None:
        assert words.endswith((".", "]", "INVALID"))
        assert "\n" not in words
        if issubclass(kind, ev.SlotEvent):
            assert words.startswith("PRIMARY: ")


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_changes_the_status_unless_it_is_a_mere_word(kind: type[ev.Event]) -> None:
    before = replace(RUNNING, state=LEGAL_IN.get(kind, RUNNING.state))
    assert (fold(before, sample(kind)) == before) == (kind in WITHOUT_EFFECT)
