"""How many tests run side by side, in which order, and how often their garbage is collected."""

from __future__ import annotations

import gc
import os
import signal
import zlib
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # how long an example takes is said by the machine, not by what is tested

WAITING: Final = 2
"""So many of the tests under way only wait, on average: for a process, a browser, or a time-out."""

GARBAGE_AFTER: Final = (50_000, 20, 20)
"""Objects, and collections of the younger generation: Python's own thresholds cost a quarter of the time."""


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs that are started: a shell that runs this in the background ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """What `-n auto` means here: enough that no core is idle while some tests wait.

    Returns:
        The number of workers; None where `PYTEST_XDIST_AUTO_NUM_WORKERS` says it.
    """
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return (os.cpu_count() or 1) + WAITING


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mix the files, always in the same way: some compute, others wait; together they fill the cores.

    Inside a file the order stays, so that what it shares is made once.
    """
    items.sort(key=lambda item: zlib.crc32(item.path.name.encode()))


def pytest_collection_finish() -> None:
    """What is imported by now lives until the end: the collector need not look at it again and again.

    pytest collects at the end of the session: what is found unclosed then still fails a test.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_AFTER)
