"""How many tests run side by side, and in which order."""

from __future__ import annotations

import os
import zlib
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mix the files, always in the same way: some compute, others wait; together they fill the cores.

    Inside a file the order stays, so that what it shares is made once.
    """
    items.sort(key=lambda item: zlib.crc32(item.path.name.encode()))
