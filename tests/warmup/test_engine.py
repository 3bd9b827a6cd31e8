"""The warm-up on a real engine and a real store: from one night's tokens to the next day's."""

from __future__ import annotations

import asyncio
from datetime import time
from pathlib import Path

from tests.engine.engine_world import Ground
from tests.engine.fake_clock import FakeClock
from tests.engine.rosters import THREE, roster, shared_roster
from tests.engine.scripted_login import COOLDOWN, Course
from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.token import IST, Verdict
from vega_terminal.engine.warmup import WarmUp
from vega_terminal.engine.warmup_run import WarmUpRun

from .scripted_host import FreeTurn, Records, Shelf
from .test_warm_up import ist


async def test_the_tokens_die_at_night_and_are_there_again_before_the_market_opens(
    clock: FakeClock, tmp_path: Path
) -> None:
    shelf, records = Shelf(clock=clock), Records()
    async with Ground(tmp_path, clock).process(roster(THREE), holding=THREE) as world:
        warm_up = WarmUp(world.engine, shelf, records, FreeTurn(), time(8, 0), catches_up=False)
        task = asyncio.create_task(warm_up.run())
        await clock.sleep_until(ist("2026-10-07T07:59"))
        assert set(world.verdicts().values()) == {Verdict.EXPIRED}
        await clock.sleep_until(ist("2026-10-07T09:00"))
        assert set(world.verdicts().values()) == {Verdict.VALID}
        task.cancel()
        await asyncio.wait({task})
        began = [
            (f"{run.at.astimezone(IST):%H:%M:%S}", run.requested_by) for run in world.seen(ev.RunStarted)
        ]
        assert began == [("08:00:00", "warmup")]
        assert world.broker.reads == ["holidays"]
    assert shelf.kept is world.broker.calendar
    assert [record.exit_code for record in records.saved] == [0]


async def test_a_cooldown_is_waited_out_and_the_end_of_the_run_after_it_is_what_counts(
    clock: FakeClock, tmp_path: Path
) -> None:
    records, ground = Records(), Ground(tmp_path, clock)
    ground.browsers.will("FEED", Course(fails=FailureKind.THROTTLED))
    async with ground.process(roster(THREE)) as world:
        began = clock.elapsed()
        result = await WarmUpRun(world.engine, records).make(None, clock.now())
        assert COOLDOWN <= clock.elapsed() - began < COOLDOWN + 120
        assert [run.requested_by for run in world.seen(ev.RunStarted)] == ["warmup", "resume"]
    assert result.exit_code is ExitCode.OK
    assert [slot.generated for slot in result.slots] == [True, True, True]
    assert [record.exit_code for record in records.saved] == [0]


async def test_what_the_broker_refused_before_the_cooldown_is_left_to_a_person(
    clock: FakeClock, tmp_path: Path
) -> None:
    records, ground = Records(), Ground(tmp_path, clock)
    ground.browsers.will("FEED", Course(fails=FailureKind.PIN_REJECTED))
    ground.browsers.will("ORDERS", Course(fails=FailureKind.THROTTLED))
    async with ground.process(shared_roster()) as world:
        result = await WarmUpRun(world.engine, records).make(None, clock.now())
        kinds = {slot.slot: slot.failure.kind for slot in result.slots if slot.failure is not None}
        assert kinds["FEED"] is FailureKind.PIN_REJECTED
        assert len([name for name in ground.browsers.walks if name == "FEED"]) == 1
    assert result.exit_code is ExitCode.PARTIAL
