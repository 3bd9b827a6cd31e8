"""One execution at a time, told from its begin to its end."""

from __future__ import annotations

import asyncio

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode, Scope
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.status import Activity, AuthStatus
from vega_terminal.engine.orchestrator import Execution

from .engine_world import Ground, asked
from .rosters import THREE, roster
from .scripted_login import Course


async def test_whoever_comes_second_joins(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(seconds=10))
    async with ground.process(roster(THREE)) as world:
        first = world.engine.begin(asked())
        assert world.status.execution_id == first.execution_id
        assert world.engine.begin(asked(only=("CHAIN",))) is first
        await ground.clock.sleep(5)
        joined = await world.engine.execute(asked())
        assert joined is first.result.result()
        assert joined.execution_id == first.execution_id
        assert len(world.seen(ev.RunStarted)) == len(world.seen(ev.RunFinished)) == 1
        after = world.engine.begin(asked())
        assert after.execution_id != first.execution_id
        assert (await after.result).noop
    assert ground.browsers.opened == 1


async def test_a_run_is_told_from_begin_to_end(ground: Ground) -> None:
    async with ground.process(roster(THREE)) as world:
        told_before = len(world.board.events)
        result = await world.refresh(requested_by="somebody")
        told = world.board.events[told_before:]
        assert isinstance(told[0], ev.RunStarted)
        assert told[0].requested_by == "somebody"
        assert isinstance(told[-1], ev.RunFinished)
        assert told[-1].exit_code == result.exit_code == ExitCode.OK
        assert told[-1].summary == result.summary == "3 of 3 access tokens are valid, 3 of them new."
        assert told[0].execution_id == told[-1].execution_id == result.execution_id
        assert {slot.activity for slot in world.status.slots} == {Activity.IDLE}


async def test_generating_is_blocked_while_a_run_is_under_way(ground: Ground) -> None:
    async with ground.process(roster(THREE)) as world:
        assert world.engine.generate_blocked() is None
        running = world.engine.begin(asked())
        assert "under way" in (world.engine.generate_blocked() or "")
        await running.result
        assert world.engine.generate_blocked() is None


@pytest.mark.parametrize("count", [1, 12, 24])
async def test_rosters_of_every_size(ground: Ground, count: int) -> None:
    names = ("PRIMARY", *(f"SLOT{number}" for number in range(1, count)))
    async with ground.process(roster(names)) as world:
        result = await world.refresh()
        assert result.exit_code is ExitCode.OK
        assert len(await world.in_database()) == count
    assert ground.browsers.sign_ins == {"ann": 1}


async def test_a_second_start_finds_everything_and_opens_no_browser(ground: Ground) -> None:
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
    async with ground.process(roster(THREE)) as later:
        result = await later.refresh()
        assert result.noop
        assert later.status.ready(later.now)
    assert ground.browsers.opened == 1


async def test_idle_waits_for_the_run_and_for_nothing_else(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(seconds=10))
    async with ground.process(roster(THREE)) as world:
        orchestrator = world.engine._parts.orchestrator
        await orchestrator.idle()
        world.engine.begin(asked())
        waiting = asyncio.create_task(orchestrator.idle())
        await ground.clock.sleep(5)
        assert not waiting.done()
        await waiting
        assert not world.status.running


async def test_who_asks_right_at_the_end_gets_a_run_of_their_own(ground: Ground) -> None:
    async with ground.process(roster(["PRIMARY"]), holding=["PRIMARY"]) as world:
        later: list[Execution] = []

        def again(event: ev.Event, _status: AuthStatus) -> None:
            if isinstance(event, ev.RunFinished) and not later:
                later.append(world.engine.begin(asked()))

        world.board.watch(again)
        first = world.engine.begin(asked())
        assert (await first.result).noop
        assert later[0].execution_id != first.execution_id
        assert (await later[0].result).noop


async def test_a_new_token_that_was_not_got_leaves_the_present_one_proven(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(fails=FailureKind.PIN_REJECTED))
    async with ground.process(roster(THREE), holding=THREE) as world:
        result = await world.refresh(scope=Scope.ALL)
        assert result.exit_code is ExitCode.OK
        assert not result.noop
        assert result.summary == (
            "3 of 3 access tokens are valid, 0 of them new."
            " No new one could be got for 3 of them; the present one stays good."
        )
        assert {slot.failure.kind for slot in result.slots if slot.failure} == {FailureKind.PIN_REJECTED}
        assert world.status.ready(world.now)
        assert [event.failure for event in world.seen(ev.GateProbed)] == [None]
