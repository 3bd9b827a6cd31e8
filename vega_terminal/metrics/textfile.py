"""The last run as a file for node_exporter's textfile collector.

A process that lives for one run has nothing to count: its counters would fall back to zero with each run. So
the file holds gauges alone: how the run ended, and what it left. What it says stays true while it lies there;
how old it is tells `vega_last_run_timestamp_seconds`.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from vega_terminal.domain.status import AuthStatus
from vega_terminal.metrics.gauges import build_info, token_gauges
from vega_terminal.metrics.last_run import LastRun, run_gauges

_SUCCESS: Final = re.compile(rb"^vega_last_success_timestamp_seconds ([0-9.e+]+)$", re.MULTILINE)
_READABLE_BY_ALL: Final = 0o644
"""The collector is another user, and there is no secret in it."""
_ANEW: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
"""The folder may be open to others, who must not choose what is written to."""


@dataclass(frozen=True, slots=True)
class _Snapshot(Collector):
    run: LastRun
    status: AuthStatus
    success: float | None

    def collect(self) -> Iterable[Metric]:
        """Every gauge."""
        yield build_info()
        yield from token_gauges(self.status, self.run.at)
        yield from run_gauges(self.run, self.success)


def write_textfile(path: Path, run: LastRun, status: AuthStatus) -> None:
    """Put the metrics of `run`, which left `status`, in the place of what is at `path`. Blocks.

    Whoever reads meanwhile reads the old ones or the new ones, whole.

    Raises:
        OSError: it cannot be written there.
    """
    success = run.at.timestamp() if run.exit_code == 0 and status.complete(run.at) else _earlier_success(path)
    registry = CollectorRegistry()
    registry.register(_Snapshot(run, status, success))
    _replace(path, generate_latest(registry))


def _earlier_success(path: Path) -> float | None:
    """What an earlier run noted, which a failed one must not forget."""
    try:
        found = _SUCCESS.search(path.read_bytes())
    except OSError:
        return None
    with contextlib.suppress(ValueError):
        return None if found is None else float(found[1])
    return None


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")  # does not end in .prom: nobody collects it
    try:
        with os.fdopen(os.open(beside, _ANEW, 0o600), "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), _READABLE_BY_ALL)
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
