"""Failed sign-ins are counted on disk; one short of the broker's block nobody signs in any more."""

from __future__ import annotations

import asyncio

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import LoginBusy
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import FailureKind
from vega_terminal.engine.sign_in_guard import MOST_FAILURES

from .engine_world import Ground, World, asked, kinds
from .rosters import ANN, BOB, THREE, roster, shared_roster
from .scripted_login import COOLDOWN, PARKS_THEN_PASSES, Course

REJECTED = Course(fails=FailureKind.PIN_REJECTED)


def failures(world: World) -> dict[str, int]:
    """What is on disk at this moment."""
    return dict(world.rows("SELECT identity, failures FROM sign_ins"))


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        (FailureKind.PIN_REJECTED, True),
        (FailureKind.OTP_REJECTED, True),
        (FailureKind.SIGN_IN_STALLED, True),
        (FailureKind.THROTTLED, True),
        (FailureKind.OTP_NOT_SENT, True),
        (FailureKind.UNKNOWN_PAGE, True),
        (FailureKind.NETWORK, True),
        (FailureKind.BLOCKED, False),
        (FailureKind.MAINTENANCE, False),
        (FailureKind.INPUT_MISSING, False),
        (FailureKind.CAPTCHA_UNSOLVED, False),
        (None, False),
    ],
)
async def test_what_counts_and_what_does_not(ground: Ground, kind: FailureKind | None, counted: bool) -> None:
    ground.browsers.will("PRIMARY", Course(fails=kind))
    async with ground.process(roster(["PRIMARY"])) as world:
        during: list[dict[str, int]] = []
        world.board.watch(
            lambda event, _: during.append(failures(world)) if isinstance(event, ev.SignInBegun) else None
        )
        await world.refresh()
        assert during == [{"ann": 1}]
        assert failures(world) == {"ann": int(counted)}
        assert world.rows("SELECT * FROM cooldowns WHERE provisional") == []


async def test_a_success_forgets_what_failed_before_and_nothing_else_does(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", REJECTED, REJECTED, Course(fails=FailureKind.MAINTENANCE))
    async with ground.process(roster(THREE)) as world:
        for expected in (1, 2, 2, 0):
            await world.refresh()
            assert failures(world) == {"ann": expected}


async def test_one_short_of_the_block_nobody_signs_in_from_any_process_until_a_person_rearms(
    ground: Ground,
) -> None:
    ground.browsers.will("PRIMARY", *[REJECTED] * MOST_FAILURES)
    spent = FailureKind.SIGN_INS_SPENT
    for _ in range(MOST_FAILURES):
        async with ground.process(roster(THREE)) as world:
            assert world.engine.generate_blocked() is None
            await world.refresh()
            if failures(world) == {"ann": MOST_FAILURES}:
                assert "vega-auth rearm" in world.seen(ev.Noticed)[-1].text
    async with ground.process(roster(THREE)) as later:
        blocked = later.engine.generate_blocked()
        assert blocked is not None
        assert "blocks the account at five" in blocked
        result = await later.refresh()
        assert set(kinds(result).values()) == {spent}
        assert result.exit_code is ExitCode.PARTIAL
        assert ground.browsers.opened == MOST_FAILURES
        async with ground.process(roster(THREE)) as other:
            await other.engine.rearm("ann", by="somebody")
            assert [event.by for event in other.seen(ev.SignInsRearmed)] == ["somebody"]
        assert later.engine.generate_blocked() == blocked
        await later.engine.verify()
        assert later.engine.generate_blocked() is None
        assert (await later.refresh()).exit_code is ExitCode.OK
    assert ground.browsers.sign_ins == {"ann": MOST_FAILURES + 1}


async def test_only_the_spent_person_is_stopped(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", *[REJECTED] * MOST_FAILURES)
    async with ground.process(shared_roster()) as world:
        for _ in range(MOST_FAILURES):
            await world.refresh(only=("PRIMARY",))
        result = await world.refresh()
        spent = FailureKind.SIGN_INS_SPENT
        assert kinds(result) == {"PRIMARY": spent, "ORDERS": spent, "FEED": None, "CHAIN": None}
        assert world.engine.generate_blocked() is None
        assert await world.engine.sign_in_failures() == {BOB.key: MOST_FAILURES, ANN.key: 0}


async def test_pauses_that_end_by_themselves_stop_before_the_block_too(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", *[Course(fails=FailureKind.SIGN_IN_STALLED)] * (MOST_FAILURES + 5))
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        await ground.clock.sleep((MOST_FAILURES + 2) * (COOLDOWN + 10))
        assert world.status.cooldowns == ()
        assert not world.status.running
    assert ground.browsers.sign_ins == {"ann": MOST_FAILURES}


async def test_a_captcha_before_the_click_counts_once(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", PARKS_THEN_PASSES)
    async with ground.process(roster(THREE)) as world:
        assert (await world.refresh()).exit_code is ExitCode.OK
        assert failures(world) == {"ann": 0}


async def test_the_click_waits_until_everything_else_is_written_down_too(ground: Ground) -> None:
    written = asyncio.Event()

    async def audited() -> None:
        await written.wait()

    async with ground.process(roster(THREE)) as world:
        world.desks.guard.before_click = audited
        running = world.engine.begin(asked())
        await world.told(lambda: bool(world.seen(ev.SignInBegun)))
        await ground.clock.sleep(5)
        assert ground.browsers.began == []
        written.set()
        assert (await running.result).exit_code is ExitCode.OK


async def test_a_turn_that_was_lost_before_the_click_costs_nothing(ground: Ground) -> None:
    async def lost() -> None:
        raise LoginBusy("Another host signs in.")

    async with ground.process(roster(THREE)) as world:
        world.desks.guard.before_click = lost
        result = await world.refresh()
        assert set(kinds(result).values()) == {FailureKind.LOGIN_BUSY}
        assert ground.browsers.began == []
        assert failures(world) == {"ann": 0}
        assert world.rows("SELECT * FROM cooldowns") == []
        assert world.rows("SELECT stopped, finished FROM execution") == [("LOGIN_BUSY", 1)]


async def test_after_an_unknown_outcome_no_other_slot_of_the_person_is_opened(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(fails=FailureKind.NETWORK))
    async with ground.process(shared_roster()) as world:
        result = await world.refresh()
        network = FailureKind.NETWORK
        assert kinds(result) == {"PRIMARY": network, "ORDERS": network, "FEED": None, "CHAIN": None}
        await ground.clock.sleep(COOLDOWN + 10)
        assert len(await world.in_database()) == 4
    assert ground.browsers.walks == ["PRIMARY", "FEED", "CHAIN", "PRIMARY", "ORDERS"]


async def test_stopping_takes_the_sign_in_back(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(until=asyncio.Event()))
    async with ground.process(roster(THREE)) as world:
        running = world.engine.begin(asked())
        await ground.clock.sleep(10)
        assert failures(world) == {"ann": 1}
        assert len(world.rows("SELECT * FROM cooldowns WHERE provisional")) == 1
        await world.engine.cancel()
        assert running.result.done()
        assert failures(world) == {"ann": 0}
        assert world.rows("SELECT * FROM cooldowns") == []
        assert (await world.refresh()).exit_code is ExitCode.OK


@pytest.mark.parametrize("course", [Course(dies=FailureKind.BROWSER_CRASHED), Course(absurd=LookupError)])
async def test_an_outcome_that_nobody_knows_is_a_pause(ground: Ground, course: Course) -> None:
    ground.browsers.will("PRIMARY", course)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        assert "its outcome is unknown" in world.status.cooldowns[0].reason
        assert failures(world) == {"ann": 1}
        assert set(kinds(await world.refresh()).values()) == {FailureKind.COOLDOWN}
        await ground.clock.sleep(COOLDOWN + 10)
        assert world.status.all_valid(world.now)
    assert ground.browsers.sign_ins == {"ann": 2}


async def test_a_browser_that_the_operator_closed_is_no_pause(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(dies=FailureKind.BROWSER_CLOSED))
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        assert world.status.cooldowns == ()
        assert failures(world) == {"ann": 0}
        assert (await world.refresh()).exit_code is ExitCode.OK
