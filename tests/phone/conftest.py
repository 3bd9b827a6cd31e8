"""The ground of the engine's tests, with phones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine.engine_world import Ground
from tests.engine.fake_clock import FakeClock

from .scripted_phone import Phones, with_phones


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    """A fresh data folder, a broker, a machine, and a clock that drives this test's event loop."""
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        yield Ground(tmp_path, clock)


@pytest.fixture
def phones(ground: Ground) -> Phones:
    """People with phones on that ground."""
    return with_phones(ground)
