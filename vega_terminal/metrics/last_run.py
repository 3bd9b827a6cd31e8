"""The run that ended last, as gauges: what a monitor that looks in between needs to know of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import Metric

from vega_terminal.metrics.gauges import gauge


@dataclass(frozen=True, slots=True)
class LastRun:
    """How it ended.

    Attributes:
        at: when, UTC.
        exit_code: contract section 1.
        seconds: how long it took.
    """

    at: datetime
    exit_code: int
    seconds: float


def run_gauges(run: LastRun | None, success: float | None) -> Iterator[Metric]:
    """The gauges; none of what is not known.

    Args:
        run: the last one.
        success: when a run ended with every slot valid for the last time, as a Unix time.
    """
    if run is not None:
        text = "When the last run ended, as a Unix time."
        yield gauge("vega_last_run_timestamp_seconds", text, run.at.timestamp())
        text = "Exit code of the last run: 0 ok, 1 partial, 2 CAPTCHA, 3 fatal."
        yield gauge("vega_last_run_exit_code", text, run.exit_code)
        yield gauge("vega_last_run_duration_seconds", "How long the last run took.", run.seconds)
    if success is not None:
        text = "When a run ended with every slot valid for the last time, as a Unix time."
        yield gauge("vega_last_success_timestamp_seconds", text, success)
