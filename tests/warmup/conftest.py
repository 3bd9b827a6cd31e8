"""A clock that drives the test's event loop, and a host on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.engine.fake_clock import FakeClock

from .scripted_host import ScriptedHost


@pytest_asyncio.fixture
async def clock() -> AsyncIterator[FakeClock]:
    """Tuesday 6 October 2026, 09:30 IST."""
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        yield clock


@pytest.fixture
def host(clock: FakeClock) -> ScriptedHost:
    return ScriptedHost(clock)
