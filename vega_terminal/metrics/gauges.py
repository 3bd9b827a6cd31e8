"""The present as gauges, read off the status at the moment of asking."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from vega_terminal import __version__
from vega_terminal.domain.lifecycle import LoginState
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import Verdict


def build_info() -> Metric:
    """Which program this is."""
    info = InfoMetricFamily("vega_build", "The version of VEGA Terminal and of Python.")
    info.add_metric((), {"version": __version__, "python": platform.python_version()})
    return info


def gauge(name: str, text: str, value: float) -> Metric:
    """A gauge without labels."""
    return GaugeMetricFamily(name, text, value)


def token_gauges(status: AuthStatus, now: datetime) -> Iterator[Metric]:
    """What is known of the tokens at `now` (UTC); slots without a token have no time of expiry."""
    yield gauge("vega_ready", "1 when PRIMARY is valid, durable and confirmed.", status.ready(now))
    valid = {slot.name: float(slot.verdict_at(now) is Verdict.VALID) for slot in status.slots}
    yield _labelled(
        "vega_token_valid", "1 when the broker confirmed the slot's token.", "slot", valid.items()
    )
    ends = {slot.name: slot.expires_at.timestamp() for slot in status.slots if slot.expires_at is not None}
    text = "When the slot's token ends or ended, as a Unix time."
    yield _labelled("vega_token_expiry_timestamp_seconds", text, "slot", ends.items())
    verdicts = [slot.verdict_at(now) for slot in status.slots]
    counts = [(verdict.value, verdicts.count(verdict)) for verdict in Verdict]
    yield _labelled("vega_slots", "How many slots have each verdict.", "verdict", counts)
    text = "New tokens that wait safely for the database."
    yield gauge("vega_held_tokens", text, status.pending_persist)


def live_gauges(status: AuthStatus, now: datetime) -> Iterator[Metric]:
    """What is true only as long as the process lives."""
    left = {slot.name: 0.0 for slot in status.slots}
    for slot in status.slots:
        if slot.expires_at is not None and slot.holds_token(now):
            left[slot.name] = (slot.expires_at - now).total_seconds()
    text = "Seconds until the slot's token ends; 0 without one that may be good."
    yield _labelled("vega_token_remaining_seconds", text, "slot", left.items())
    states = [(state.value, state is status.state) for state in LoginState]
    yield _labelled("vega_state", "1 for the state of the login.", "state", states)
    database = [(state.value, state is status.database.state) for state in DatabaseState]
    yield _labelled("vega_database_state", "1 for the state of the database.", "state", database)
    yield gauge("vega_run_in_progress", "1 while a run is under way.", status.running)
    text = "Seconds until the last cooldown ends; 0 without one."
    yield gauge("vega_cooldown_remaining_seconds", text, status.cooldown_remaining(now))


def _labelled(name: str, text: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=(label,))
    for value, number in values:
        family.add_metric((value,), number)
    return family
