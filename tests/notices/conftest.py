"""The clock that drives a test's loop, and what is watched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.engine.fake_clock import FakeClock

from .watched import Remembering, Watched


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        yield Watched(clock)


@pytest.fixture
def channel() -> Remembering:
    return Remembering()
