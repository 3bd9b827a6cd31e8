"""Killed at any step and started again: it goes on there, and does nothing twice that had an effect."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.lifecycle import LoginState as S
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.token import next_expiry

from .engine_world import Ground, Ports, Rules, World, asked, kinds
from .rosters import SIX, THREE, roster, shared_roster
from .scripted_login import COOLDOWN, Course
from .scripted_prompts import ScriptedPrompts

TWO = roster(["PRIMARY", "FEED"])
ENDLESS = Course(seconds=1e6)


async def killed_when(world: World, step: LoginStep, slot: str) -> None:
    """Begin a run and kill the process when `slot` reached `step`."""
    world.engine.begin(asked())
    status = world.board
    await world.told(lambda: status.status.slot(slot).step is step)
    await asyncio.sleep(0)
    world.kill()
    await world.buried()


def said(world: World) -> str:
    return " | ".join(event.text for event in world.seen(ev.Noticed))


# --- where it stands ------------------------------------------------------------------------------


async def test_the_state_is_on_disk_before_and_after_every_slot(ground: Ground) -> None:
    seen: list[tuple[str, str | None, str]] = []
    query = "SELECT planned, current, done FROM execution"
    async with ground.process(roster(THREE)) as world:

        def look(event: ev.Event, _status: object) -> None:
            if isinstance(event, ev.SlotStarted):
                ((planned, current, done),) = world.rows(query)
                assert planned == '["PRIMARY", "FEED", "CHAIN"]'
                seen.append((event.slot, current, done))

        world.board.watch(look)
        await world.refresh()
        assert seen == [
            ("PRIMARY", "PRIMARY", "[]"),
            ("FEED", "FEED", '["PRIMARY"]'),
            ("CHAIN", "CHAIN", '["PRIMARY", "FEED"]'),
        ]
        ((who, by, finished, stopped),) = world.rows(
            "SELECT requested_by, decided_by, finished, stopped FROM execution"
        )
        assert (who, by, finished, stopped) == ("test", "test", 1, None)


async def test_after_a_crash_between_two_clicks_the_next_run_goes_on_there(ground: Ground) -> None:
    """The third slot walks on the session of the first: no sign-in was cut off, so nothing has to wait."""
    names = SIX
    ground.browsers.will("WEBSOCKET2", ENDLESS)
    async with ground.process(roster(names)) as world:
        await killed_when(world, LoginStep.OPENING_DIALOG, "WEBSOCKET2")
    async with ground.process(roster(names)) as later:
        assert (
            "The last run was cut off at WEBSOCKET2; 2 of 6 were done. The next run continues there."
            in said(later)
        )
        assert later.status.cooldowns == ()
        assert (await later.refresh()).exit_code is ExitCode.OK
    assert ground.browsers.walks == ["PRIMARY", "WEBSOCKET1", "WEBSOCKET2", *SIX[2:]]
    async with ground.process(roster(names)) as again:
        assert said(again) == ""


async def test_the_slot_that_was_cut_off_comes_first_of_its_person(ground: Ground) -> None:
    ground.browsers.will("CHAIN", ENDLESS)
    async with ground.process(shared_roster(), holding=["FEED"]) as world:
        await killed_when(world, LoginStep.OPENING_DIALOG, "CHAIN")
        world.write("DELETE FROM tokens WHERE slot = 'FEED'")
    async with ground.process(shared_roster()) as later:
        await ground.clock.sleep(COOLDOWN + 5)
        await later.refresh()
    assert ground.browsers.walks == ["PRIMARY", "ORDERS", "CHAIN", "CHAIN", "FEED"]


async def test_a_sign_in_that_was_cut_off_is_a_pause_and_then_goes_on_by_itself(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", ENDLESS)
    async with ground.process(roster(THREE)) as world:
        world.engine.begin(asked())
        await ground.clock.sleep(40)
        world.kill()
        await world.buried()
    began = ground.browsers.began[0]
    prompts = ScriptedPrompts(ground.clock, available=False)
    async with ground.process(roster(THREE), prompts=prompts) as later:
        assert later.status.state is S.COOLDOWN
        reason = later.status.cooldowns[0].reason
        assert reason.startswith("A sign-in of …3210 was cut off at 09:30 IST; its outcome is unknown")
        assert "It goes on by itself when the cooldown is over." in said(later)
        assert later.rows("SELECT failures FROM sign_ins") == [(1,)]
        assert set(kinds(await later.refresh()).values()) == {FailureKind.COOLDOWN}
        await ground.clock.sleep(COOLDOWN)
        assert later.status.all_valid(later.now)
        assert [event.requested_by for event in later.seen(ev.RunStarted)] == ["test", "resume"]
        assert S.RESUME_GENERATION in later.board.states
        assert later.rows("SELECT failures FROM sign_ins") == [(0,)]
    assert COOLDOWN <= ground.browsers.began[1] - began < COOLDOWN + 2
    assert len(set(ground.browsers.otps)) == 2


async def test_a_pause_of_an_earlier_process_is_resumed_with_its_consent(ground: Ground) -> None:
    ground.browsers.will("FEED", Course(fails=FailureKind.SIGN_IN_STALLED))
    async with ground.process(roster((*THREE, "LAST"))) as world:
        await world.refresh()
    await ground.clock.sleep(300)
    async with ground.process(roster((*THREE, "LAST"))) as later:
        assert "was stopped (SIGN_IN_STALLED) at FEED; 1 of 4 were done. It goes on by" in said(later)
        await ground.clock.sleep(COOLDOWN)
        assert later.status.generated(later.now) == 4
        assert later.prompts.decisions == []
    assert ground.browsers.walks == ["PRIMARY", "FEED", "FEED", "CHAIN", "LAST"]


async def test_what_a_person_has_to_mend_first_is_not_resumed_after_a_restart(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(fails=FailureKind.PIN_REJECTED))
    ground.browsers.will("FEED", Course(fails=FailureKind.SIGN_IN_STALLED))
    async with ground.process(shared_roster()) as world:
        await world.refresh()
    async with ground.process(shared_roster()) as later:
        await ground.clock.sleep(COOLDOWN + 10)
        assert sorted(await later.in_database()) == ["CHAIN", "FEED"]
    assert ground.browsers.sign_ins == {"bob": 1, "ann": 2}


async def test_the_consent_of_yesterday_does_not_resume_after_a_restart(ground: Ground) -> None:
    await ground.clock.sleep_until(next_expiry(ground.clock.now()) - timedelta(minutes=5))
    ground.browsers.will("PRIMARY", Course(fails=FailureKind.SIGN_IN_STALLED))
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
    await ground.clock.sleep(301)
    async with ground.process(roster(THREE)) as later:
        assert later.status.state is S.COOLDOWN
        await ground.clock.sleep(COOLDOWN)
        assert later.board.states[-1] is S.INIT
        assert later.rows("SELECT finished FROM execution") == [(1,)]
    assert ground.browsers.opened == 1


async def test_a_run_that_the_operator_stopped_is_not_continued(ground: Ground) -> None:
    ground.browsers.will("FEED", ENDLESS)
    async with ground.process(roster(THREE)) as world:
        world.engine.begin(asked())
        await ground.clock.sleep(10)
        await world.engine.cancel()
        assert world.rows("SELECT stopped, finished FROM execution") == [("CANCELLED", 1)]
    async with ground.process(roster(THREE)) as later:
        assert said(later) == ""


async def test_a_process_that_lives_is_not_taken_for_a_dead_one(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(seconds=100))
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(ground.process(roster(THREE)))
        running = first.engine.begin(asked())
        await ground.clock.sleep(50)
        second = await stack.enter_async_context(ground.process(roster(THREE)))
        assert second.status.cooldowns == ()
        assert said(second) == ""
        assert (await running.result).exit_code is ExitCode.OK
        assert (await second.refresh()).noop
        assert first.rows("SELECT * FROM cooldowns") == []
    assert ground.browsers.sign_ins == {"ann": 1}


async def test_a_state_that_cannot_be_noted_costs_nothing_but_the_note(ground: Ground) -> None:
    async with ground.process(roster(THREE)) as world:
        world.write("DROP TABLE execution")
        world.write("CREATE TABLE execution (other)")
        assert (await world.refresh()).exit_code is ExitCode.OK
        assert said(world).count("cannot be noted") == 1
        async with ground.process(roster(THREE)) as later:
            assert (await later.refresh()).noop


# --- killed at every step -------------------------------------------------------------------------


@pytest.mark.timeout(300)
async def test_killed_at_every_step_it_goes_on_and_repeats_nothing(ground: Ground) -> None:
    points, paused, steps, killed = 0, 0, 0, True
    async with ground.stored() as ports:
        while killed:
            steps += 4
            await as_on_the_first_day(ground, ports)
            codes = ground.broker.codes
            async with ground.engine_on(ports, TWO) as world:
                killed = await killed_after(steps, ground, world)
            points += killed
            cut_off = bool(world.seen(ev.SignInBegun)) and ground.broker.codes == codes
            paused += await require_continued(ground, ports, cut_off=cut_off)
    print(f"killed at {points} points of a run, {paused} of them within a sign-in")  # noqa: T201
    assert points > 20
    assert 0 < paused < points


async def killed_after(steps: int, ground: Ground, world: World) -> bool:
    """Kill a run after some iterations of the event loop; whether it was still going."""
    running = world.engine.begin(asked())
    ground.clock.after_steps(steps, world.kill)
    await asyncio.wait({running.result})
    was_faster = ground.clock.disarm()
    if not was_faster:
        await world.buried()
    return not was_faster


async def require_continued(ground: Ground, ports: Ports, *, cut_off: bool) -> bool:
    """A later process brings the work to its end; returns whether it had to wait for a cooldown.

    Args:
        cut_off: whether the dead one had clicked, and had got no code for it yet.
    """
    issued_before = [slot for slot, _ in ground.broker.issued]
    clicks = len(ground.browsers.began)
    async with ground.engine_on(ports, TWO) as later:
        held = set(later.verdicts()) & {slot.name for slot in later.status.slots if slot.expires_at}
        paused = bool(later.status.cooldowns)
        assert paused or not cut_off
        await later.refresh()
        await ground.clock.sleep(COOLDOWN + 10)
        assert later.status.all_valid(later.now)
        assert later.rows("SELECT finished FROM execution") == [(1,)]
        assert later.rows("SELECT * FROM cooldowns") == []
        again = [slot for slot, _ in ground.broker.issued[len(issued_before) :]]
        assert not held.intersection(again)
        assert await later.in_database() == {name: ground.broker.latest(name) for name in TWO.names}
    if cut_off and clicks:
        first, second = ground.browsers.began[clicks - 1 :][:2]
        assert second - first >= COOLDOWN - 1
    assert set(ground.broker.exchanged.values()) <= {1}
    return paused


async def as_on_the_first_day(ground: Ground, ports: Ports) -> None:
    midnight = next_expiry(ground.clock.now())
    if midnight - ground.clock.now() < timedelta(seconds=2 * COOLDOWN):
        await ground.clock.sleep_until(midnight)
    ground.broker.issued.clear()
    world = World(ground, ports, TWO, Rules(), ScriptedPrompts(ground.clock))
    for table in ("tokens", "cooldowns", "execution"):
        world.write(f"DELETE FROM {table}")
    world.write("UPDATE sign_ins SET failures = 0")
    await ground.clock.sleep(30)


async def test_a_record_that_is_lost_to_another_process_is_not_cleared(ground: Ground) -> None:
    """Clearing names the very record: a throttling that somebody wrote meanwhile stays."""
    async with ground.stored() as ports:
        ground.browsers.will("PRIMARY", ENDLESS)
        async with ground.engine_on(ports, TWO) as world:
            world.engine.begin(asked())
            await ground.clock.sleep(10)
            (provisional,) = await ports.cooldowns.load_cooldowns()
            real = replace(provisional, provisional=False, started_at=ground.clock.now())
            await ports.cooldowns.save_cooldown(real)
            await world.engine.cancel()
            assert await ports.cooldowns.load_cooldowns() == [real]
