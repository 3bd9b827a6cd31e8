"""What is known of each token: asked all at once, and only a clear refusal counts against one."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import product

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.decision import DecisionMode, DecisionPolicy, DefaultAction
from vega_terminal.domain.execution import ExitCode, Scope
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.status import Reason
from vega_terminal.domain.token import Verdict, next_expiry

from .engine_world import VERIFY_TIMEOUT, Ground, Rules, asked, kinds
from .rosters import SIX, THREE, roster
from .scripted_broker import A_SECRET, DOWN, HANGS, REFUSES, Answer

UNCLEAR = [
    FailureKind.WRONG_TOKEN_KIND,
    FailureKind.TIMEOUT,
    FailureKind.NETWORK,
    FailureKind.RATE_LIMITED,
    FailureKind.SERVICE_HOURS,
    FailureKind.BROKER_DOWN,
    FailureKind.NOT_JSON,
    FailureKind.UNEXPECTED_ANSWER,
    FailureKind.ACCOUNT_INACTIVE,
]


async def test_all_valid_means_nothing_to_do(ground: Ground) -> None:
    async with ground.process(holding=SIX) as world:
        result = await world.refresh(consent=False)
        assert result.exit_code is ExitCode.OK
        assert result.noop
        assert world.status.ready(world.now)
        assert sorted(ground.broker.asked) == sorted(SIX)
        assert world.seen(ev.DecisionTaken) == []
    assert world.prompts.decisions == []
    assert ground.browsers.opened == 0
    assert not (ground.folder / "login.lock").exists()


async def test_all_six_are_asked_at_once(ground: Ground) -> None:
    ground.broker.profiles = dict.fromkeys(SIX, Answer(delay=1.0))
    async with ground.process(holding=SIX) as world:
        began = ground.clock.monotonic()
        await world.engine.verify()
        assert ground.clock.monotonic() - began == 1.0
    assert ground.broker.most_in_flight == 6


async def test_a_hanging_slot_delays_no_other_and_has_its_own_end(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = HANGS
    async with ground.process(roster(THREE), holding=THREE) as world:
        began = world.now
        await world.engine.verify()
        answered = {event.slot: (event.at - began).total_seconds() for event in world.seen(ev.SlotVerified)}
        assert answered == {"PRIMARY": 0.0, "CHAIN": 0.0, "FEED": VERIFY_TIMEOUT}
        assert world.verdicts() == {"PRIMARY": Verdict.VALID, "FEED": Verdict.UNKNOWN, "CHAIN": Verdict.VALID}
        assert world.status.ready(world.now)


async def test_an_unclear_answer_says_nothing_about_the_token(ground: Ground) -> None:
    ground.broker.profiles = {kind.value: Answer(kind) for kind in UNCLEAR}
    names = ("PRIMARY", *ground.broker.profiles)
    async with ground.process(roster(names), holding=names) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": None, **{kind.value: kind for kind in UNCLEAR}}
        assert [world.verified(kind.value) for kind in UNCLEAR] == [Verdict.UNKNOWN] * len(UNCLEAR)
        assert result.exit_code is ExitCode.PARTIAL
        assert world.rows("SELECT slot FROM tokens WHERE checked_at IS NOT NULL OR refused") == [("PRIMARY",)]
    assert ground.browsers.opened == 0


async def test_only_the_clear_refusal_makes_a_token_invalid_and_that_is_remembered(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = REFUSES
    async with ground.process(roster(THREE), holding=THREE) as world:
        await world.engine.verify()
        assert world.verified("FEED") is Verdict.INVALID
        assert world.status.slot("FEED").checked_at == world.now
    async with ground.process(roster(THREE)) as later:
        assert later.verdicts()["FEED"] is Verdict.INVALID


async def test_a_token_that_answers_for_somebody_else_is_unknown(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = Answer(user_id="ZZ0000")
    async with ground.process(roster(THREE), holding=THREE) as world:
        result = await world.refresh()
        assert kinds(result)["FEED"] is FailureKind.WRONG_USER
        assert world.verdicts()["FEED"] is Verdict.UNKNOWN
    assert ground.browsers.opened == 0


async def test_a_defect_in_one_answer_costs_no_other_slot(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = Answer(absurd=TypeError)
    async with ground.process(roster(THREE), holding=THREE) as world:
        result = await world.refresh()
        assert world.verified("PRIMARY") is world.verified("CHAIN") is Verdict.VALID
        failure = next(slot.failure for slot in result.slots if slot.slot == "FEED")
        assert failure is not None
        assert failure.kind is FailureKind.DEFECT
        assert "TypeError" in failure.message
        assert A_SECRET not in failure.message


async def test_nobody_is_asked_about_a_token_that_time_has_ended(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=THREE):
        pass
    await ground.clock.sleep_until(next_expiry(ground.clock.now()))
    async with ground.process(roster(THREE)) as world:
        await world.engine.verify()
        assert set(world.verdicts().values()) == {Verdict.EXPIRED}
        assert world.status.reason(world.now) is Reason.PRIMARY_EXPIRED
    assert ground.broker.asked == []


@pytest.mark.parametrize("mode", DecisionMode)
async def test_what_could_not_be_checked_leads_to_no_login_and_no_question(
    ground: Ground, mode: DecisionMode
) -> None:
    async with ground.stored() as ports:
        async with ground.engine_on(ports, roster(THREE), holding=THREE) as world:
            before = await world.in_database()
        ground.broker.profiles = dict.fromkeys(THREE, DOWN)
        for action, scope, consent in product(DefaultAction, Scope, [False, True]):
            rules = Rules(policy=DecisionPolicy(mode, action))
            async with ground.engine_on(ports, roster(THREE), rules) as world:
                result = await world.refresh(scope=scope, consent=consent)
                assert result.exit_code is ExitCode.PARTIAL
                assert world.status.generated(world.now) == 3
                assert await world.in_database() == before
                assert world.prompts.decisions == []
    assert ground.browsers.opened == 0


async def test_one_unknown_slot_is_left_alone_when_all_others_are_generated(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = DOWN
    async with ground.process(roster(THREE), holding=THREE) as world:
        await world.refresh(scope=Scope.ALL)
    assert ground.browsers.walks == ["PRIMARY", "CHAIN"]


async def test_a_verification_under_way_and_a_run_do_not_disturb_each_other(ground: Ground) -> None:
    """A late answer of the earlier one must not be told after the later one's, nor settle the run's state."""
    ground.broker.profiles["PRIMARY"] = Answer(FailureKind.TOKEN_REFUSED, delay=2.9)
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        verifying = asyncio.create_task(world.engine.verify())
        await world.until(lambda: ground.broker.asked == ["PRIMARY"])
        ground.broker.profiles.clear()
        running = world.engine.begin(asked())
        results = await asyncio.gather(running.result, verifying)
        assert results[0].exit_code is ExitCode.OK
        assert set(world.verdicts().values()) == {Verdict.VALID}
        assert world.status.ready(world.now)
        assert [event.verdict for event in world.seen(ev.SlotVerified) if event.slot == "PRIMARY"] == [
            Verdict.INVALID,
            Verdict.VALID,
        ]


async def test_verify_during_a_run_leaves_it_to_the_run(ground: Ground) -> None:
    async with ground.process(roster(THREE)) as world:
        running = world.engine.begin(asked())
        await world.engine.verify()
        await running.result
        assert len(world.seen(ev.VerificationStarted)) == 1


async def test_the_status_of_a_start_is_what_is_stored_and_nothing_is_proven(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["PRIMARY", "FEED"]) as world:
        assert world.verdicts() == {
            "PRIMARY": Verdict.UNKNOWN,
            "FEED": Verdict.UNKNOWN,
            "CHAIN": Verdict.MISSING,
        }
        assert world.status.reason(world.now) is Reason.PROBE_PENDING
        assert not world.status.ready(world.now)
        assert world.status.primary.expires_at == next_expiry(world.now) > world.now + timedelta(hours=1)
    assert ground.broker.asked == []
