"""One browser on the machine: whoever comes second waits, looks again, and finds the work done."""

from __future__ import annotations

from contextlib import AsyncExitStack

from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode, TokenExecutionResult
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.token import Verdict

from .engine_world import Ground, Rules, World, asked, kinds
from .rosters import THREE, roster
from .scripted_broker import Answer
from .scripted_login import COOLDOWN, Course


async def two_processes(ground: Ground, stack: AsyncExitStack, rules: Rules | None = None) -> list[World]:
    """Two started engines on one data folder."""
    return [await stack.enter_async_context(ground.process(roster(THREE), rules)) for _ in range(2)]


async def one_after_the_other(first: World, second: World) -> list[TokenExecutionResult]:
    """The second process begins while the first one's browser is open."""
    running = first.engine.begin(asked())
    await first.until(lambda: first.browsers.open == 1)
    return [await second.refresh(), await running.result][::-1]


async def test_the_second_process_waits_and_then_has_nothing_to_do(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(seconds=30))
    async with AsyncExitStack() as stack:
        first, second = await two_processes(ground, stack)
        results = await one_after_the_other(first, second)
        assert [result.exit_code for result in results] == [ExitCode.OK, ExitCode.OK]
        assert results[1].noop
        assert second.status.ready(second.now)
        assert second.status.generated(second.now) == 3
        assert await second.in_database() == await first.in_database()
        said = [event.text for event in second.seen(ev.Noticed)]
        assert any("Another VEGA process" in text for text in said)
    assert ground.browsers.opened == 1
    assert second.prompts.decisions == []


async def test_a_process_that_came_late_to_a_free_lock_looks_again_too(ground: Ground) -> None:
    """The first one is done between the second one's look and its turn: nothing was waited for."""
    ground.browsers.will("PRIMARY", Course(seconds=1))
    async with AsyncExitStack() as stack:
        first, second = await two_processes(ground, stack)
        await second.hold("FEED")
        ground.broker.profiles["FEED"] = Answer(FailureKind.BROKER_DOWN, delay=2.9)
        late = second.engine.begin(asked())
        await second.until(lambda: len(ground.broker.asked) == 1)
        ground.broker.profiles.clear()
        assert (await first.refresh()).exit_code is ExitCode.OK
        assert not late.result.done()
        assert (await late.result).exit_code is ExitCode.OK
        assert second.verdicts() == dict.fromkeys(THREE, Verdict.VALID)
        assert second.seen(ev.Noticed) == []
    assert ground.browsers.opened == 1


async def test_after_waiting_everything_is_asked_again(ground: Ground) -> None:
    """A quarter of an hour may lie between: nothing known before is taken for granted."""
    ground.browsers.will("PRIMARY", Course(seconds=300, fails=FailureKind.MAINTENANCE))
    ground.browsers.will("FEED", Course(seconds=5))
    ground.broker.profiles["FEED"] = Answer(FailureKind.BROKER_DOWN)
    async with AsyncExitStack() as stack:
        first, second = await two_processes(ground, stack)
        await second.hold("FEED")
        running = first.engine.begin(asked())
        await first.until(lambda: ground.browsers.open == 1)
        waiting = second.engine.begin(asked())
        await ground.clock.sleep(10)
        ground.broker.profiles["FEED"] = Answer(FailureKind.TOKEN_REFUSED)
        await running.result
        await second.until(lambda: ground.browsers.walks[1:] == ["PRIMARY", "FEED"])
        ground.broker.profiles.clear()
        assert (await waiting.result).exit_code is ExitCode.OK


async def test_waiting_for_the_other_process_has_an_end(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(seconds=500))
    async with AsyncExitStack() as stack:
        first, second = await two_processes(ground, stack, Rules(patience=60.0))
        running = first.engine.begin(asked())
        await first.until(lambda: ground.browsers.open == 1)
        began = second.clock.monotonic()
        result = await second.refresh()
        assert 60.0 <= second.clock.monotonic() - began <= 61.0
        assert set(kinds(result).values()) == {FailureKind.LOGIN_BUSY}
        assert result.exit_code is ExitCode.PARTIAL
        assert (await running.result).exit_code is ExitCode.OK
        assert (await second.refresh()).noop


async def test_waiting_can_be_stopped(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(seconds=500))
    async with AsyncExitStack() as stack:
        first, second = await two_processes(ground, stack)
        running = first.engine.begin(asked())
        await first.until(lambda: ground.browsers.open == 1)
        waiting = second.engine.begin(asked())
        await ground.clock.sleep(10)
        await second.engine.cancel()
        assert set(kinds(await waiting.result).values()) == {FailureKind.CANCELLED}
        assert (await running.result).exit_code is ExitCode.OK


async def test_the_lock_is_free_after_every_kind_of_end(ground: Ground) -> None:
    async with AsyncExitStack() as stack:
        first, second = await two_processes(ground, stack)
        for course in (
            Course(fails=FailureKind.PIN_REJECTED),
            Course(breaks=FailureKind.BROWSER_CRASHED),
            Course(absurd=LookupError),
        ):
            ground.browsers.will("PRIMARY", course)
            await first.refresh()
        await ground.clock.sleep(COOLDOWN + 1)  # nobody knows what became of the last sign-in
        ground.browsers.will("PRIMARY", Course(seconds=60))
        stopped = first.engine.begin(asked())
        await ground.clock.sleep(30)
        await first.engine.cancel()
        assert stopped.result.done()
        assert (await second.refresh()).exit_code is ExitCode.OK
        assert second.seen(ev.Noticed) == []


async def test_a_failed_login_of_the_first_is_tried_by_the_second(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(seconds=10, fails=FailureKind.MAINTENANCE))
    async with AsyncExitStack() as stack:
        first, second = await two_processes(ground, stack)
        results = await one_after_the_other(first, second)
        assert [result.exit_code for result in results] == [ExitCode.PARTIAL, ExitCode.OK]
    assert ground.browsers.opened == 2
