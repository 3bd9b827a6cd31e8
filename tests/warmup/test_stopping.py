"""SIGTERM while `warmup run` waits, and while it runs."""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta
from pathlib import Path

from tests.engine.engine_world import Ground
from tests.engine.fake_clock import FakeClock
from tests.engine.rosters import roster, shared_roster
from tests.engine.scripted_login import Course
from vega_terminal.cli.prompts import NobodyThere
from vega_terminal.cli.stopping import until_stopped
from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode, TokenExecutionRequest
from vega_terminal.domain.failure import FailureKind
from vega_terminal.engine.warmup_run import WarmUpRun
from vega_terminal.notices.questions import WatchedPrompts

from .scripted_host import Records


def nobody() -> WatchedPrompts:
    return WatchedPrompts(NobodyThere())


async def test_a_run_under_way_is_ended_and_its_result_comes(clock: FakeClock, tmp_path: Path) -> None:
    records, ground = Records(), Ground(tmp_path, clock)
    ground.browsers.will("PRIMARY", Course(seconds=1e5))
    async with ground.process(roster(["PRIMARY"])) as world:
        work = WarmUpRun(world.engine, records).make(None, clock.now() + timedelta(minutes=15))
        stopped = asyncio.create_task(until_stopped(world.engine, work, nobody()))
        await clock.sleep(60)
        assert not stopped.done()  # otherwise the signal would meet the tests themselves
        os.kill(os.getpid(), signal.SIGTERM)
        result = await stopped
    assert result is not None
    assert result.exit_code is ExitCode.PARTIAL
    assert [record.exit_code for record in records.saved] == [1]


async def forever(clock: FakeClock) -> str:
    await clock.sleep(1e6)
    return "never"


async def test_whoever_only_waits_ends_at_once(clock: FakeClock, tmp_path: Path) -> None:
    async with Ground(tmp_path, clock).process(roster(["PRIMARY"])) as world:
        stopped = asyncio.create_task(until_stopped(world.engine, forever(clock), nobody()))
        await clock.sleep(60)
        assert not stopped.done()
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait({stopped})
    assert stopped.result() is None
    assert clock.elapsed() < 120
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


async def test_nobody_signs_in_after_a_stop_met_somebody_elses_run(clock: FakeClock, tmp_path: Path) -> None:
    records, ground = Records(), Ground(tmp_path, clock)
    ground.browsers.will("PRIMARY", Course(seconds=1e5))
    async with ground.process(roster(["PRIMARY"])) as world:
        world.engine.begin(TokenExecutionRequest("resume"))
        work = WarmUpRun(world.engine, records).make(None, clock.now() + timedelta(minutes=15))
        stopped = asyncio.create_task(until_stopped(world.engine, work, nobody()))
        await clock.sleep(60)
        assert not stopped.done()
        os.kill(os.getpid(), signal.SIGTERM)
        result = await stopped
        assert [run.requested_by for run in world.seen(ev.RunStarted)] == ["resume"]
    assert result is not None
    assert ground.browsers.sign_ins.total() == 1


async def test_no_cooldown_is_waited_out_after_a_stop(clock: FakeClock, tmp_path: Path) -> None:
    ground = Ground(tmp_path, clock)
    ground.browsers.will("PRIMARY", Course(fails=FailureKind.THROTTLED))
    ground.browsers.will("FEED", Course(seconds=1e5))
    async with ground.process(shared_roster()) as world:
        work = WarmUpRun(world.engine, Records()).make(None, clock.now() + timedelta(minutes=15))
        stopped = asyncio.create_task(until_stopped(world.engine, work, nobody()))
        await clock.sleep(60)
        assert world.engine.board.status.cooldown_remaining(clock.now()) > 0
        os.kill(os.getpid(), signal.SIGTERM)
        result = await stopped
    assert result is not None
    assert clock.elapsed() < 120


async def test_what_waits_anew_after_its_run_was_ended_is_ended_too(clock: FakeClock, tmp_path: Path) -> None:
    ground = Ground(tmp_path, clock)
    ground.browsers.will("PRIMARY", Course(seconds=1e5))
    async with ground.process(roster(["PRIMARY"])) as world:

        async def run_and_wait() -> str:
            await world.engine.execute(TokenExecutionRequest("warmup"))
            return await forever(clock)

        stopped = asyncio.create_task(until_stopped(world.engine, run_and_wait(), nobody()))
        await clock.sleep(60)
        assert not stopped.done()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait({stopped})
    assert stopped.result() is None
    assert clock.elapsed() < 120
