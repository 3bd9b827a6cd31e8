"""What is counted and measured, and that no label takes a value from outside."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from prometheus_client.core import Metric

from tests.engine.fake_clock import FakeClock
from tests.engine.rosters import SIX
from tests.notices.any_events import EVENTS, NOW
from tests.notices.watched import Watched
from vega_terminal import __version__
from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import IllegalTransition
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.lifecycle import LoginState
from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import Verdict, next_expiry
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.metrics.labels import OTHER, OUTCOMES, REQUESTERS, SIGN_IN_OUTCOMES
from vega_terminal.metrics.metrics import Metrics

from .samples import families, label_values, value

CLOSED: Final[dict[tuple[str, str], set[str]]] = {
    ("token_execution_ms", "requested_by"): set(REQUESTERS),
    ("token_execution_ms", "outcome"): {*OUTCOMES.values(), OTHER},
    ("vega_runs", "outcome"): {*OUTCOMES.values(), OTHER},
    ("vega_login_step_duration_seconds", "step"): {step.name for step in LoginStep},
    ("vega_verdicts", "verdict"): set(Verdict),
    ("vega_slots", "verdict"): set(Verdict),
    ("vega_sign_ins", "outcome"): set(SIGN_IN_OUTCOMES),
    ("vega_slot_failures", "kind"): set(FailureKind),
    ("vega_database_episodes", "state"): {"LOCKED", "UNAVAILABLE"},
    ("vega_database_state", "state"): set(DatabaseState),
    ("vega_state", "state"): set(LoginState),
    ("vega_token_valid", "slot"): set(SIX),
    ("vega_token_remaining_seconds", "slot"): set(SIX),
    ("vega_token_expiry_timestamp_seconds", "slot"): set(SIX),
    ("vega_build_info", "version"): {__version__},
    ("vega_build_info", "python"): {platform.python_version()},
}


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        yield Watched(clock)


async def test_a_run_is_measured_from_its_first_to_its_last_event(watched: Watched) -> None:
    metrics, clock = Metrics(watched.board, watched.clock), watched.clock
    now = clock.now()
    watched.tell(ev.RunStarted(now, "run", "warmup"), ev.VerificationStarted(now, SIX))
    await clock.sleep(0.5)
    for name in SIX:
        watched.tell(ev.SlotVerified(now, name, Verdict.MISSING, None))
    watched.tell(ev.LoginRequested(now, SIX), ev.SlotStarted(now, "PRIMARY"))
    watched.tell(ev.StepReached(now, "PRIMARY", LoginStep.WAITING_OTP))
    watched.tell(ev.SignInBegun(now, "PRIMARY", "bob", "…9999"))
    await clock.sleep(20)
    watched.tell(ev.StepReached(now, "PRIMARY", LoginStep.EXCHANGING))
    watched.tell(ev.TokenIssued(now, "PRIMARY", now, next_expiry(now)))
    watched.tell(ev.TokenHeld(now, "PRIMARY", now, next_expiry(now)))
    await clock.sleep(1)
    watched.tell(ev.SlotFinished(now, "PRIMARY"), ev.SlotStarted(now, "WEBSOCKET1"))
    watched.tell(ev.SignInBegun(now, "WEBSOCKET1", "ann", "…3210"))
    watched.tell(ev.SlotParked(now, "WEBSOCKET1"))
    watched.fail("WEBSOCKET1", FailureKind.THROTTLED)
    watched.throttle()
    watched.throttle()  # announced anew
    watched.tell(ev.RunFinished(clock.now(), "run", 1, ""))
    text = metrics.exposition()
    ended = {"requested_by": "warmup", "outcome": "partial"}
    assert value(text, "token_execution_ms_count", ended) == 1
    assert value(text, "token_execution_ms_sum", ended) == pytest.approx(21_500)
    assert value(text, "vega_runs_total", {"outcome": "partial"}) == 1
    assert value(text, "vega_runs_total", {"outcome": "captcha"}) == 0
    assert value(text, "vega_verification_duration_seconds_sum") == pytest.approx(0.5)
    assert value(text, "vega_verdicts_total", {"verdict": "MISSING"}) == 6
    step = "vega_login_step_duration_seconds_sum"
    assert value(text, step, {"step": "WAITING_OTP"}) == pytest.approx(20)
    assert value(text, step, {"step": "EXCHANGING"}) == pytest.approx(1)
    assert value(text, "vega_sign_ins_begun_total") == 2
    assert value(text, "vega_sign_ins_total", {"outcome": "token"}) == 1
    assert value(text, "vega_sign_ins_total", {"outcome": "no_token"}) == 1
    assert value(text, "vega_tokens_generated_total") == 1
    assert value(text, "vega_captchas_total") == 1
    assert value(text, "vega_slot_failures_total", {"kind": "THROTTLED"}) == 1
    assert value(text, "vega_cooldowns_total") == 1
    assert value(text, "vega_held_tokens") == 1
    assert value(text, "vega_last_run_exit_code") == 1
    assert value(text, "vega_last_run_duration_seconds") == pytest.approx(21.5)
    assert value(text, "vega_last_success_timestamp_seconds") is None
    metrics.close()
    watched.begin()
    assert value(metrics.exposition(), "token_execution_ms_count", ended) == 1


async def test_the_present_is_told_as_it_is_at_the_moment_of_asking(watched: Watched) -> None:
    metrics = Metrics(watched.board, watched.clock)
    assert value(metrics.exposition(), "vega_token_remaining_seconds", {"slot": "PRIMARY"}) == 0
    assert value(metrics.exposition(), "vega_token_expiry_timestamp_seconds", {"slot": SIX[5]}) is None
    watched.begin()
    watched.have(*SIX[:4])
    watched.open_gate()
    watched.finish(0)
    assert value(metrics.exposition(), "vega_last_success_timestamp_seconds") is None, "of four slots alone"
    watched.have(*SIX)
    watched.begin()
    watched.finish(0)
    ends = next_expiry(watched.clock.now())
    await watched.clock.sleep(3600)
    text = metrics.exposition()
    assert value(text, "vega_ready") == 1
    assert value(text, "vega_state", {"state": "DASHBOARD_READY"}) == 1
    assert value(text, "vega_state", {"state": "COOLDOWN"}) == 0
    assert value(text, "vega_slots", {"verdict": "VALID"}) == 6
    left = (ends - watched.clock.now()).total_seconds()
    assert value(text, "vega_token_remaining_seconds", {"slot": "PRIMARY"}) == pytest.approx(left)
    expiry = value(text, "vega_token_expiry_timestamp_seconds", {"slot": "PRIMARY"})
    assert expiry == ends.timestamp()
    success = watched.clock.now() - timedelta(hours=1)
    assert value(text, "vega_last_success_timestamp_seconds") == pytest.approx(success.timestamp())
    await watched.clock.sleep_until(ends)
    assert value(metrics.exposition(), "vega_ready") == 0
    assert value(metrics.exposition(), "vega_token_valid", {"slot": "PRIMARY"}) == 0


async def test_a_locked_database_is_one_episode(watched: Watched) -> None:
    metrics = Metrics(watched.board, watched.clock)
    for _ in range(3):
        watched.lose_database()
        await watched.clock.sleep(10)
    assert value(metrics.exposition(), "vega_database_state", {"state": "LOCKED"}) == 1
    watched.regain_database()
    watched.regain_database()
    text = metrics.exposition()
    assert value(text, "vega_database_episodes_total", {"state": "LOCKED"}) == 1
    assert value(text, "vega_database_out_of_use_seconds_count") == 1
    assert value(text, "vega_database_out_of_use_seconds_sum") == pytest.approx(30)
    assert value(text, "vega_database_state", {"state": "LOCKED"}) == 0


@given(st.lists(EVENTS, max_size=25))
@run(max_examples=25, deadline=None)
def test_no_label_takes_a_value_from_outside(events: list[ev.Event]) -> None:
    board = StatusBoard(AuthStatus.for_names(SIX), FakeClock(NOW))
    metrics = Metrics(board, FakeClock(NOW))
    for event in events:
        with suppress(IllegalTransition):
            board.publish(event)
    for place, taken in label_values(metrics.exposition()).items():
        assert place in CLOSED
        assert taken <= CLOSED[place]


def test_every_metric_says_what_it_is_in_base_units() -> None:
    """The rules of Prometheus for names; `token_execution_ms` is the contract's."""
    text = Metrics(StatusBoard(AuthStatus.for_names(SIX), FakeClock(NOW)), FakeClock(NOW)).exposition()
    for name, family in families(text).items():
        if name.startswith("process_"):
            continue
        assert name.startswith("vega_") or name == "token_execution_ms"
        assert family.documentation.endswith(".")
        assert family.type in ("counter", "gauge", "histogram")
        _require_sound_name(name, family)


def _require_sound_name(name: str, family: Metric) -> None:
    words = name.split("_")
    assert "total" not in words[:-1]
    assert not {"minutes", "hours", "milliseconds", "percent"} & set(words)
    assert family.type != "counter" or all(sample.name == f"{name}_total" for sample in family.samples)
    if family.type == "histogram" and name != "token_execution_ms":
        assert words[-1] == "seconds"
