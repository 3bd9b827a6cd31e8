"""The navigation table of contract section 7, row by row."""

from __future__ import annotations

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.navigation import Area, access_to, open_screens

from .scripted_engine import SIX, History, ScriptedEngine


def no_token(engine: ScriptedEngine) -> None:
    engine.find_missing()


def some_tokens_primary_missing(engine: ScriptedEngine) -> None:
    engine.find_missing()
    engine.generate(*SIX[1:3])


def primary_valid_not_confirmed(engine: ScriptedEngine) -> None:
    engine.find_missing()
    engine.generate("PRIMARY")


def ready(engine: ScriptedEngine) -> None:
    engine.find_missing()
    engine.generate("PRIMARY")
    engine.open_gate()


@pytest.mark.parametrize(
    ("history", "open_areas"),
    [
        (no_token, {Area.LOGIN}),
        (some_tokens_primary_missing, {Area.LOGIN, Area.ACCOUNT}),
        (primary_valid_not_confirmed, {Area.LOGIN, Area.ACCOUNT}),
        (ready, {Area.LOGIN, Area.ACCOUNT, Area.DASHBOARD}),
    ],
)
def test_what_is_open(history: History, open_areas: set[Area]) -> None:
    engine = ScriptedEngine(history)
    engine.history(engine)
    accesses = open_screens(engine.status, engine.now)
    assert [access.area for access in accesses] == list(Area)
    assert {access.area for access in accesses if access.is_open} == open_areas
    assert all((access.why_closed is None) is access.is_open for access in accesses)


def test_each_reason_for_a_shut_gate_has_a_sentence_of_its_own() -> None:
    engine = ScriptedEngine()
    said = [access_to(Area.DASHBOARD, engine.status, engine.now).why_closed]
    engine.generate("PRIMARY")
    said.append(access_to(Area.DASHBOARD, engine.status, engine.now).why_closed)
    down = Failure(FailureKind.BROKER_DOWN, "502")
    engine.say(ev.Settled(engine.now), ev.GateProbed(engine.now, down))
    said.append(access_to(Area.DASHBOARD, engine.status, engine.now).why_closed)
    engine.close_gate("401")
    said.append(access_to(Area.DASHBOARD, engine.status, engine.now).why_closed)
    assert None not in said
    assert len(set(said)) == len(said)


def test_half_past_three_closes_everything_but_login_without_an_event() -> None:
    engine = ScriptedEngine(ready)
    ready(engine)
    engine.clock.advance(19 * 3600)
    assert [access.is_open for access in open_screens(engine.status, engine.now)] == [True, False, False]
    assert "expired" in str(access_to(Area.DASHBOARD, engine.status, engine.now).why_closed)
