"""A run can be stopped at any moment; no browser stays, no token is lost, and the next run works."""

from __future__ import annotations

import asyncio

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.decision import DecisionMode, DecisionPolicy
from vega_terminal.domain.execution import ExitCode, TokenExecutionResult
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.status import Activity
from vega_terminal.domain.token import Verdict

from .engine_world import Ground, Ports, Rules, World, asked, kinds
from .rosters import roster
from .scripted_broker import HANGS, Answer
from .scripted_login import PARKS_THEN_PASSES, QUIT_SECONDS, Course
from .scripted_prompts import ScriptedPrompts

TWO = roster(["PRIMARY", "FEED"])


async def stopped_after(steps: int, ground: Ground, world: World) -> tuple[TokenExecutionResult, bool]:
    """The result of a run that is cancelled after some iterations of the event loop, and whether it was."""
    stopping: list[asyncio.Task[None]] = []
    running = world.engine.begin(asked(consent=False))
    ground.clock.after_steps(steps, lambda: stopping.append(asyncio.create_task(world.engine.cancel())))
    result = await running.result
    was_faster = ground.clock.disarm()
    await asyncio.gather(*stopping)
    return result, not was_faster


async def require_consistent(world: World, result: TokenExecutionResult) -> None:
    """Every token that the broker issued is stored, and result, status and database agree."""
    stored = await world.in_database()
    assert stored == {name: world.broker.latest(name) for name in {slot for slot, _ in world.broker.issued}}
    assert world.status.execution_id is None
    assert {slot.name: slot.activity for slot in world.status.slots} == dict.fromkeys(
        world.roster.names, Activity.IDLE
    )
    assert [slot.slot for slot in result.slots if slot.generated] == [
        name for name in world.roster.names if name in stored
    ]
    for slot in result.slots:
        assert slot.verdict is world.verdicts()[slot.slot]
        assert slot.ok is (slot.slot in stored)
        assert slot.failure is None if slot.ok else slot.failure is not None
    missing = {kind for kind in kinds(result).values() if kind is not None}
    assert missing <= {FailureKind.CANCELLED}
    assert result.exit_code is (ExitCode.PARTIAL if missing else ExitCode.OK)
    assert world.status.ready(world.now) is ("PRIMARY" in stored)


@pytest.mark.timeout(300)
async def test_a_run_can_be_stopped_at_every_step(ground: Ground) -> None:
    generated: set[int] = set()
    steps, stopped = 0, True
    async with ground.stored() as ports:
        while stopped:
            steps += 1
            await forget_everything(ground, ports)
            async with ground.engine_on(ports, TWO) as world:
                result, stopped = await stopped_after(steps, ground, world)
                assert ground.browsers.open == 0
                await require_consistent(world, result)
                generated.add(sum(slot.generated for slot in result.slots))
                if steps % 5 == 0:
                    assert (await world.refresh()).exit_code is ExitCode.OK
    assert generated == {0, 1, 2}
    assert steps > 60
    assert set(ground.broker.exchanged.values()) == {1}


@pytest.mark.timeout(300)
async def test_a_throttling_is_not_forgotten_whenever_the_run_is_stopped(ground: Ground) -> None:
    forgotten_at: list[int] = []
    throttled, steps, stopped = set(), 0, True
    async with ground.stored() as ports:
        while stopped:
            steps += 1
            await forget_everything(ground, ports)
            ground.browsers.courses.clear()
            ground.browsers.will("PRIMARY", Course(fails=FailureKind.SIGN_IN_STALLED))
            async with ground.engine_on(ports, TWO) as world:
                _, stopped = await stopped_after(steps, ground, world)
                met = "ann" in ground.browsers.throttled_until
                throttled.add(met)
                known = world.status.cooldown_remaining(world.now) > 0
                if met is not known or met is not bool(world.rows("SELECT * FROM cooldowns")):
                    forgotten_at.append(steps)
    assert forgotten_at == []
    assert throttled == {False, True}


async def forget_everything(ground: Ground, ports: Ports) -> None:
    """As if the day began: nothing issued, nothing stored, nobody throttled."""
    ground.broker.issued.clear()
    ground.browsers.throttled_until.clear()
    world = World(ground, ports, TWO, Rules(), ScriptedPrompts(ground.clock))
    world.write("DELETE FROM tokens")
    world.write("DELETE FROM cooldowns")
    await ground.clock.sleep(30)


async def test_stopping_before_the_first_step(ground: Ground) -> None:
    async with ground.process(TWO) as world:
        running = world.engine.begin(asked())
        assert world.status.running
        await world.engine.cancel()
        assert set(kinds(await running.result).values()) == {FailureKind.CANCELLED}
    assert ground.browsers.opened == 0


async def test_stopping_when_nothing_runs(ground: Ground) -> None:
    async with ground.process(TWO) as world:
        await world.engine.cancel()
        assert (await world.refresh()).exit_code is ExitCode.OK
        await world.engine.cancel()
        assert world.seen(ev.RunFinished)[-1].exit_code == ExitCode.OK


async def test_however_many_stop_it_what_is_tidied_up_is_cut_off_once(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(seconds=100))
    async with ground.process(TWO) as world:
        running = world.engine.begin(asked())
        await world.until(lambda: ground.browsers.open == 1)
        body = world.engine._parts.orchestrator._body
        first = asyncio.create_task(world.engine.cancel())
        await ground.clock.sleep(QUIT_SECONDS / 2)
        await asyncio.gather(first, world.engine.cancel(), world.engine.cancel())
        assert body is not None
        assert body.cancelling() == 1
        assert set(kinds(await running.result).values()) == {FailureKind.CANCELLED}
    assert ground.browsers.open == 0


@pytest.mark.parametrize("stops", [1, 3])
async def test_an_exchange_under_way_is_carried_to_its_end(ground: Ground, stops: int) -> None:
    ground.broker.exchanges["PRIMARY"] = Answer(delay=10.0)
    async with ground.process(TWO) as world:
        running = world.engine.begin(asked())
        await world.until(lambda: len(ground.broker.exchanged) == 1)
        await asyncio.gather(*(world.engine.cancel() for _ in range(stops)))
        result = await running.result
        assert kinds(result) == {"PRIMARY": None, "FEED": FailureKind.CANCELLED}
        assert await world.in_database() == {"PRIMARY": ground.broker.latest("PRIMARY")}
        assert world.status.ready(world.now)
    assert ground.browsers.walks == ["PRIMARY"]


async def test_a_hanging_exchange_ends_by_itself_and_its_reason_is_told(ground: Ground) -> None:
    ground.broker.exchanges["PRIMARY"] = HANGS
    async with ground.process(TWO) as world:
        running = world.engine.begin(asked())
        await world.until(lambda: len(ground.broker.exchanged) == 1)
        await world.engine.cancel()
        assert kinds(await running.result) == {
            "PRIMARY": FailureKind.TIMEOUT,
            "FEED": FailureKind.CANCELLED,
        }


async def test_a_throttling_that_is_met_while_stopping_is_not_forgotten(ground: Ground) -> None:
    ground.broker.exchanges["PRIMARY"] = Answer(FailureKind.RATE_LIMITED, delay=5.0)
    async with ground.process(TWO) as world:
        running = world.engine.begin(asked())
        await world.until(lambda: len(ground.broker.exchanged) == 1)
        await world.engine.cancel()
        assert kinds(await running.result)["PRIMARY"] is FailureKind.RATE_LIMITED
        assert world.status.cooldown_remaining(world.now) > 0
        assert len(world.rows("SELECT identity FROM cooldowns")) == 1


@pytest.mark.parametrize(
    ("course", "walked"),
    [
        (Course(until=asyncio.Event()), ["PRIMARY"]),
        (Course(seconds=1e6), ["PRIMARY"]),
        (PARKS_THEN_PASSES, ["PRIMARY", "FEED"]),
    ],
)
async def test_stopping_while_the_browser_waits(ground: Ground, course: Course, walked: list[str]) -> None:
    ground.browsers.will("PRIMARY", course)
    prompts = ScriptedPrompts(ground.clock, solves_captcha=False)
    async with ground.process(TWO, prompts=prompts) as world:
        running = world.engine.begin(asked())
        await ground.clock.sleep(20)
        assert ground.browsers.open == 1
        await world.engine.cancel()
        assert ground.browsers.open == 0
        assert kinds(await running.result)["PRIMARY"] is FailureKind.CANCELLED
    assert ground.browsers.walks == walked


async def test_stopping_while_a_question_is_open(ground: Ground) -> None:
    prompts = ScriptedPrompts(ground.clock, choice=None)
    rules = Rules(policy=DecisionPolicy(DecisionMode.ASK))
    async with ground.process(TWO, rules, prompts) as world:
        running = world.engine.begin(asked(consent=False))
        await ground.clock.sleep(60)
        assert len(prompts.decisions) == 1
        await world.engine.cancel()
        result = await running.result
        assert set(kinds(result).values()) == {FailureKind.CANCELLED}
        assert result.exit_code is ExitCode.PARTIAL


async def test_stopping_a_verification_keeps_what_was_stored(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = HANGS
    async with ground.process(TWO, holding=["PRIMARY", "FEED"]) as world:
        running = world.engine.begin(asked())
        await world.until(lambda: world.status.primary.verdict is Verdict.VALID)
        await world.engine.cancel()
        result = await running.result
        assert kinds(result) == {"PRIMARY": None, "FEED": FailureKind.CANCELLED}
        assert world.verdicts()["FEED"] is Verdict.UNKNOWN
        assert len(await world.in_database()) == 2


async def test_whoever_waits_for_the_result_may_be_cancelled_without_harm_to_the_run(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(seconds=60))
    async with ground.process(TWO) as world:
        waiting = asyncio.create_task(world.refresh())
        await ground.clock.sleep(1)
        waiting.cancel()
        await asyncio.wait({waiting})
        assert world.status.running
        assert (await world.refresh()).exit_code is ExitCode.OK
    assert ground.browsers.opened == 1


async def test_closing_the_engine_ends_the_run(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(until=asyncio.Event()))
    async with ground.process(TWO) as world:
        running = world.engine.begin(asked())
        await world.until(lambda: ground.browsers.open == 1)
    assert kinds(await running.result)["PRIMARY"] is FailureKind.CANCELLED
    assert ground.browsers.open == 0


async def test_tearing_the_execution_down_takes_its_run_along(ground: Ground) -> None:
    """What the end of the event loop does to every task."""
    ground.browsers.will("PRIMARY", Course(seconds=60))
    async with ground.process(TWO) as world:
        running = world.engine.begin(asked())
        await world.until(lambda: ground.browsers.open == 1)
        began = ground.clock.monotonic()
        for _ in range(2):
            running.result.cancel()
            await ground.clock.sleep(QUIT_SECONDS / 4)
            assert ground.browsers.open == 1
        await asyncio.wait({running.result})
        assert running.result.cancelled()
        assert ground.browsers.open == 0
        assert ground.clock.monotonic() - began == QUIT_SECONDS
        assert not world.status.running
        assert (await world.refresh()).exit_code is ExitCode.OK
