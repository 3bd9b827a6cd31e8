"""Notices of a real engine: what it publishes, in its order, is what the stories take for granted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from tests.engine.conftest import ground as ground  # noqa: PLC0414 - the fixture
from tests.engine.engine_world import Ground, World
from tests.engine.scripted_login import PARKS_THEN_PASSES, Course
from tests.engine.scripted_prompts import ScriptedPrompts
from vega_terminal.domain.failure import FailureKind
from vega_terminal.notices.lookout import Lookout
from vega_terminal.notices.notice import NoticeKind
from vega_terminal.notices.questions import WatchedPrompts

from .watched import NOBODY, Remembering


@asynccontextmanager
async def told_of(ground: Ground, channel: Remembering) -> AsyncIterator[World]:
    """An engine whose operator is there, and does not look at CAPTCHAs."""
    prompts = WatchedPrompts(ScriptedPrompts(ground.clock, solves_captcha=False))
    async with ground.process(prompts=cast("ScriptedPrompts", prompts)) as world:
        lookout = Lookout(NOBODY, world.engine, lambda: (channel,))
        prompts.listener, lookout.attended = lookout.asked, lambda: prompts.available
        unwatch = world.board.watch(lookout.heard)
        lookout.start(None)
        yield world
        unwatch()
        await lookout.close()


async def test_a_captcha_calls_a_person_and_its_end_is_told(ground: Ground, channel: Remembering) -> None:
    ground.browsers.will("WEBSOCKET2", PARKS_THEN_PASSES)
    async with told_of(ground, channel) as world:
        result = await world.refresh()
        assert result.exit_code == 2
    assert channel.kinds == [NoticeKind.CAPTCHA, NoticeKind.RUN_CAPTCHA]
    assert {notice.slots for notice in channel.taken} == {("WEBSOCKET2",)}


async def test_a_throttling_is_told_once_and_the_run_after_it_is_silent(
    ground: Ground, channel: Remembering
) -> None:
    ground.browsers.will("WEBSOCKET1", Course(fails=FailureKind.THROTTLED))
    async with told_of(ground, channel) as world:
        await world.refresh()
        await world.clock.sleep(900)
        assert world.status.all_valid(world.now)
    assert channel.kinds == [NoticeKind.COOLDOWN]


async def test_the_fourth_failed_sign_in_is_told_as_the_stop_that_it_is(
    ground: Ground, channel: Remembering
) -> None:
    async with told_of(ground, channel) as world:
        for _ in range(5):
            ground.browsers.will("PRIMARY", Course(fails=FailureKind.PIN_REJECTED))
            await world.refresh()
            await world.clock.sleep(60)
    assert channel.kinds == [NoticeKind.RUN_FATAL, NoticeKind.SIGN_INS_STOPPED]


async def test_a_good_morning_is_silent(ground: Ground, channel: Remembering) -> None:
    async with told_of(ground, channel) as world:
        await world.refresh()
        await world.clock.sleep(600)
    assert channel.taken == []
