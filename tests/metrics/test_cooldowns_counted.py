"""Cooldowns are counted where they begin, not by every process that finds one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.engine.fake_clock import FakeClock
from tests.notices.watched import Watched
from vega_terminal.domain import events as ev
from vega_terminal.metrics.metrics import Metrics

from .samples import value


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        yield Watched(clock)


async def test_one_that_is_found_is_shown_and_not_counted(watched: Watched) -> None:
    metrics, now = Metrics(watched.board, watched.clock), watched.clock.now()
    until = now + timedelta(seconds=660)
    watched.tell(ev.CooldownStarted(now, "bob", "…9999", until, "Throttled.", again=True))
    text = metrics.exposition()
    assert value(text, "vega_cooldowns_total") == 0
    assert value(text, "vega_cooldown_remaining_seconds") == 660
    watched.tell(ev.CooldownEnded(until, "bob"))
    watched.tell(ev.CooldownStarted(now, "bob", "…9999", until, "Throttled."))
    assert value(metrics.exposition(), "vega_cooldowns_total") == 1
