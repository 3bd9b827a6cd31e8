"""When a panel may be asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.engine.market_pace import LONGEST_BACKOFF, Pace

T0 = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def failure(kind: FailureKind, retry_after: float | None = None) -> Failure:
    return Failure(kind, "x", None, retry_after)


def test_it_is_due_at_first_and_then_each_interval() -> None:
    pace = Pace(10)
    assert pace.is_due(T0)
    pace.answered(T0)
    assert not pace.is_due(after(9.99))
    assert pace.is_due(after(10))


def test_a_clock_set_back_delays_nothing() -> None:
    pace = Pace(10)
    pace.answered(T0)
    assert pace.is_due(after(-1))


@pytest.mark.parametrize(
    ("kind", "retry_after", "interval", "wait"),
    [
        (FailureKind.RATE_LIMITED, 40.0, 5, 40),
        (FailureKind.RATE_LIMITED, 1.0, 5, 5),
        (FailureKind.BROKER_DOWN, 120.0, 5, 120),
        (FailureKind.SERVICE_HOURS, None, 30, 30),
        (FailureKind.NETWORK, None, 60, 15),
        (FailureKind.TIMEOUT, None, 5, 5),
    ],
)
def test_how_long_it_waits_after_a_failure(
    kind: FailureKind, retry_after: float | None, interval: float, wait: float
) -> None:
    pace = Pace(interval)
    assert pace.failed(T0, failure(kind, retry_after)) == after(wait)
    assert not pace.is_due(after(wait - 0.01))
    assert pace.is_due(after(wait))


def test_it_slows_down_further_with_each_429_and_recovers_at_once() -> None:
    pace, limited = Pace(5), failure(FailureKind.RATE_LIMITED)
    waits = [(pace.failed(T0, limited) - T0).total_seconds() for _ in range(8)]
    assert waits == [10, 20, 40, 80, 160, LONGEST_BACKOFF, LONGEST_BACKOFF, LONGEST_BACKOFF]
    pace.answered(T0)
    assert pace.is_due(after(5))
    assert pace.failed(T0, limited) == after(10)
