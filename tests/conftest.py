"""How many tests run side by side."""

from __future__ import annotations

import os
from typing import Final

import pytest

WAITING: Final = 2
"""So many of the tests under way only wait, on average: for a process, a browser, or a time-out."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """What `-n auto` means here: enough that no core is idle while some tests wait.

    Returns:
        The number of workers; None where `PYTEST_XDIST_AUTO_NUM_WORKERS` says it.
    """
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return (os.cpu_count() or 1) + WAITING
