"""Metrics of one engine, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from prometheus_client import generate_latest
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from vega_terminal.clock import Clock
from vega_terminal.domain.events import Event
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.metrics.gauges import build_info, live_gauges, token_gauges
from vega_terminal.metrics.instruments import Instruments
from vega_terminal.metrics.last_run import run_gauges
from vega_terminal.metrics.recorder import Recorder


class Metrics:
    """Counts from the moment it is made; label values come from closed sets, whatever happens.

    Attributes:
        CONTENT_TYPE: of the exposition; every Prometheus reads it.
    """

    CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, board: StatusBoard, clock: Clock) -> None:
        """Watch `board`, and measure with `clock`."""
        instruments = Instruments()
        self._registry = instruments.registry
        self._recorder = Recorder(instruments, clock)
        self._registry.register(_Present(board, clock, self._recorder))
        self._unwatch = board.watch(self._heard)

    def exposition(self) -> bytes:
        """Everything as it is now; a few milliseconds, nothing is waited for."""
        return generate_latest(self._registry)

    def close(self) -> None:
        """Watch no longer."""
        self._unwatch()

    def _heard(self, event: Event, status: AuthStatus) -> None:
        self._recorder.record(event, status)


class _Present(Collector):
    """Reads the status when it is asked."""

    def __init__(self, board: StatusBoard, clock: Clock, recorder: Recorder) -> None:
        self._board = board
        self._clock = clock
        self._recorder = recorder

    def collect(self) -> Iterable[Metric]:
        """Every gauge."""
        now, status = self._clock.now(), self._board.status
        yield build_info()
        yield from token_gauges(status, now)
        yield from live_gauges(status, now)
        yield from run_gauges(self._recorder.last_run, self._recorder.last_success)
