"""The counters and histograms, in a registry of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.token import Verdict
from vega_terminal.metrics.labels import OUTCOMES, SIGN_IN_OUTCOMES

_RUN_MS: Final = (100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 900_000)
_STEP_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)
_VERIFY_SECONDS: Final = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 60)
_TROUBLE_SECONDS: Final = (1, 5, 15, 60, 300, 900, 3_600)

# When a series began says nothing that Prometheus does not see itself, and doubles their number.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types for it


class Instruments:
    """One attribute an instrument. Counters have every label value that can be from the beginning, at 0."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._add_runs()
        self._add_sign_ins()
        self._add_trouble()
        ProcessCollector(registry=self.registry)

    def _add_runs(self) -> None:
        self.runs = Histogram(
            "token_execution_ms",
            "How long runs took from their start to their end, in milliseconds.",
            ("requested_by", "outcome"),
            buckets=_RUN_MS,
            registry=self.registry,
        )
        self.ends = self._counter(
            "vega_runs", "Runs that ended, by how they did.", "outcome", OUTCOMES.values()
        )
        self.verifications = Histogram(
            "vega_verification_duration_seconds",
            "How long it took until every slot of a verification had its verdict.",
            buckets=_VERIFY_SECONDS,
            registry=self.registry,
        )
        self.verdicts = self._counter(
            "vega_verdicts", "Verdicts on tokens that were verified.", "verdict", Verdict
        )
        self.steps = Histogram(
            "vega_login_step_duration_seconds",
            "How long each step of a slot's login took, waiting for people included.",
            ("step",),
            buckets=_STEP_SECONDS,
            registry=self.registry,
        )

    def _add_sign_ins(self) -> None:
        self.begun = Counter(
            "vega_sign_ins_begun",
            "Sign-ins whose first click that counts at the broker was made.",
            registry=self.registry,
        )
        self.sign_ins = self._counter(
            "vega_sign_ins", "Sign-ins that led to a token, and that did not.", "outcome", SIGN_IN_OUTCOMES
        )
        self.tokens = Counter(
            "vega_tokens_generated", "Tokens that were generated and are durable.", registry=self.registry
        )
        self.captchas = Counter(
            "vega_captchas", "CAPTCHAs that stopped a slot until a person came.", registry=self.registry
        )
        self.failures = self._counter(
            "vega_slot_failures", "Slots that got no token, by the reason.", "kind", FailureKind
        )
        self.cooldowns = Counter(
            "vega_cooldowns", "Pauses that the broker forced on an identity.", registry=self.registry
        )

    def _add_trouble(self) -> None:
        states = (DatabaseState.LOCKED, DatabaseState.UNAVAILABLE)
        self.locks = self._counter(
            "vega_database_episodes", "Times that the database went out of use, by why.", "state", states
        )
        self.trouble = Histogram(
            "vega_database_out_of_use_seconds",
            "How long the database was out of use.",
            buckets=_TROUBLE_SECONDS,
            registry=self.registry,
        )
        self.gate = Counter(
            "vega_gate_closed",
            "Times that the dashboard closed, each 03:30 IST included.",
            registry=self.registry,
        )

    def _counter(self, name: str, text: str, label: str, values: Iterable[str]) -> Counter:
        counter = Counter(name, text, (label,), registry=self.registry)
        for value in values:
            counter.labels(str(value))
        return counter
