"""The ground that every engine of a test stands on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .engine_world import Ground
from .fake_clock import FakeClock


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    """A fresh data folder, a broker, a machine, and a clock that drives this test's event loop."""
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        yield Ground(tmp_path, clock)
