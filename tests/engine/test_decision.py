"""Who decides what is generated: the request, the operator, or the policy when nobody answers."""

from __future__ import annotations

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.decision import DecisionMode, DecisionPolicy, DefaultAction
from vega_terminal.domain.execution import ExitCode, Scope
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.token import Verdict
from vega_terminal.domain.wording import words_for

from .engine_world import Ground, Rules, asked, kinds
from .rosters import THREE, roster, shared_roster
from .scripted_broker import DOWN, REFUSES
from .scripted_prompts import Choice, ScriptedPrompts, as_proposed, nothing

AUTO, ASK, NEVER = DecisionMode.AUTO, DecisionMode.ASK, DecisionMode.NEVER
ONLY, ALL, NONE = DefaultAction.INVALID_ONLY, DefaultAction.ALL, DefaultAction.NONE
EVERYONE = ("PRIMARY", "FEED", "CHAIN")


async def decided(
    ground: Ground, policy: DecisionPolicy, prompts: ScriptedPrompts, **request: object
) -> tuple[list[str], str]:
    """What is walked, and who decided it; PRIMARY is valid, FEED refused, CHAIN missing."""
    ground.broker.profiles["FEED"] = REFUSES
    async with ground.process(
        roster(THREE), Rules(policy=policy), prompts, holding=["PRIMARY", "FEED"]
    ) as world:
        await world.refresh(consent=False, **request)
        taken = world.seen(ev.DecisionTaken)
        assert [list(event.slots) for event in taken[:1]] == [ground.browsers.walks] * len(taken)
    return ground.browsers.walks, taken[0].decided_by if taken else "nobody"


@pytest.mark.parametrize(
    ("policy", "choice", "walked", "by"),
    [
        (DecisionPolicy(AUTO, ONLY), as_proposed, ["FEED", "CHAIN"], "operator"),
        (DecisionPolicy(AUTO, ALL), as_proposed, ["PRIMARY", "FEED", "CHAIN"], "operator"),
        (DecisionPolicy(AUTO, NONE), as_proposed, [], "operator"),
        (DecisionPolicy(AUTO, ONLY), nothing, [], "operator"),
        (DecisionPolicy(AUTO, NONE), lambda _: EVERYONE, ["PRIMARY", "FEED", "CHAIN"], "operator"),
        (
            DecisionPolicy(AUTO, ONLY),
            lambda _: ("CHAIN", "NOSUCH", "PRIMARY"),
            ["PRIMARY", "CHAIN"],
            "operator",
        ),
        (DecisionPolicy(AUTO, ONLY), None, ["FEED", "CHAIN"], "default INVALID_ONLY"),
        (DecisionPolicy(AUTO, ALL), None, ["PRIMARY", "FEED", "CHAIN"], "default ALL"),
        (DecisionPolicy(AUTO, NONE), None, [], "default NONE"),
        (DecisionPolicy(ASK, ONLY), as_proposed, ["FEED", "CHAIN"], "operator"),
        (DecisionPolicy(ASK, ONLY), nothing, [], "operator"),
        (DecisionPolicy(NEVER, ALL), as_proposed, [], "mode NEVER"),
    ],
)
async def test_with_an_operator(
    ground: Ground, policy: DecisionPolicy, choice: Choice | None, walked: list[str], by: str
) -> None:
    prompts = ScriptedPrompts(ground.clock, choice=choice)
    assert await decided(ground, policy, prompts) == (walked, by)


@pytest.mark.parametrize(
    ("policy", "walked", "by"),
    [
        (DecisionPolicy(AUTO, ONLY), ["FEED", "CHAIN"], "default INVALID_ONLY"),
        (DecisionPolicy(AUTO, ALL), ["PRIMARY", "FEED", "CHAIN"], "default ALL"),
        (DecisionPolicy(AUTO, NONE), [], "default NONE"),
        (DecisionPolicy(ASK, ALL), [], "mode ASK"),
        (DecisionPolicy(NEVER, ALL), [], "mode NEVER"),
    ],
)
async def test_with_nobody_there(ground: Ground, policy: DecisionPolicy, walked: list[str], by: str) -> None:
    prompts = ScriptedPrompts(ground.clock, available=False)
    assert await decided(ground, policy, prompts) == (walked, by)


@pytest.mark.parametrize(
    ("policy", "setting"),
    [
        (DecisionPolicy(NEVER, ALL), "UPSTOX_DECISION_MODE is NEVER"),
        (DecisionPolicy(ASK, ALL), "UPSTOX_DECISION_MODE is ASK"),
        (DecisionPolicy(AUTO, NONE), "UPSTOX_DEFAULT_ACTION is NONE"),
    ],
)
async def test_the_setting_that_keeps_everything_from_being_generated_is_named(
    ground: Ground, policy: DecisionPolicy, setting: str
) -> None:
    nobody = ScriptedPrompts(ground.clock, available=False)
    async with ground.process(roster(THREE), Rules(policy=policy), nobody) as world:
        await world.refresh(consent=False)
        (taken,) = world.seen(ev.DecisionTaken)
    told = words_for(taken)
    assert told is not None
    assert told.startswith(f"Nothing is generated: {setting}, ")
    assert "vega-auth refresh --yes" in told


async def test_the_default_is_taken_when_the_time_is_up_and_not_before(ground: Ground) -> None:
    prompts = ScriptedPrompts(ground.clock, choice=None)
    policy = DecisionPolicy(AUTO, ONLY, timeout=7.5)
    began = ground.clock.now()
    async with ground.process(roster(THREE), Rules(policy=policy), prompts) as world:
        await world.refresh(consent=False)
        (taken,) = world.seen(ev.DecisionTaken)
        assert (taken.at - began).total_seconds() == 7.5
    (question,) = prompts.decisions
    assert question.timeout == 7.5
    assert question.preselected == THREE


async def test_ask_waits_as_long_as_it_takes_and_can_be_stopped(ground: Ground) -> None:
    prompts = ScriptedPrompts(ground.clock, choice=None)
    async with ground.process(roster(THREE), Rules(policy=DecisionPolicy(ASK)), prompts) as world:
        running = world.engine.begin(asked(consent=False))
        await ground.clock.sleep(3600)
        assert prompts.decisions[0].timeout is None
        assert not running.result.done()
        await world.engine.cancel()
        result = await running.result
        assert set(kinds(result).values()) == {FailureKind.CANCELLED}
    assert ground.browsers.opened == 0


@pytest.mark.parametrize("mode", DecisionMode)
async def test_consent_asks_nobody(ground: Ground, mode: DecisionMode) -> None:
    async with ground.process(roster(THREE), Rules(policy=DecisionPolicy(mode, NONE))) as world:
        result = await world.refresh()
        assert result.exit_code is ExitCode.OK
        assert [event.decided_by for event in world.seen(ev.DecisionTaken)] == ["test"]
    assert world.prompts.decisions == []


async def test_report_only_takes_no_lease(ground: Ground) -> None:
    async with ground.process(roster(THREE), Rules(policy=DecisionPolicy(NEVER))) as world:
        result = await world.refresh(consent=False)
        assert result.exit_code is ExitCode.PARTIAL
        assert set(kinds(result).values()) == {FailureKind.DECLINED}
    assert not (ground.folder / "login.lock").exists()


async def test_only_restricts_verification_generation_and_result(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=["PRIMARY"]) as world:
        result = await world.refresh(only=("FEED",))
        assert [slot.slot for slot in result.slots] == ["FEED"]
        assert result.exit_code is ExitCode.OK
        assert world.verdicts()["CHAIN"] is Verdict.MISSING
        assert not world.status.ready(world.now)
        assert world.seen(ev.GateProbed) == []
    assert ground.browsers.walks == ["FEED"]
    assert ground.broker.asked == ["FEED"]


async def test_everything_is_generated_anew_on_demand(ground: Ground) -> None:
    async with ground.process(roster(THREE), holding=THREE) as world:
        before = await world.in_database()
        result = await world.refresh(scope=Scope.ALL)
        assert result.exit_code is ExitCode.OK
        assert all(slot.generated for slot in result.slots)
        assert not set((await world.in_database()).values()) & set(before.values())
        assert world.status.ready(world.now)


async def test_everything_on_demand_is_a_question_without_consent(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = DOWN
    async with ground.process(roster(THREE), holding=THREE) as world:
        await world.refresh(scope=Scope.ALL, consent=False)
    (question,) = world.prompts.decisions
    assert question.preselected == ("PRIMARY", "CHAIN")
    assert question.report.unknown == ("FEED",)


async def test_the_operator_may_insist_on_a_slot_that_could_not_be_checked(ground: Ground) -> None:
    """A token that answers for another user is cured in no other way."""
    ground.broker.profiles["FEED"] = DOWN
    prompts = ScriptedPrompts(ground.clock, choice=lambda _: ("FEED",))
    async with ground.process(roster(THREE), prompts=prompts, holding=["FEED"]) as world:
        await world.refresh(consent=False)
    assert ground.browsers.walks == ["FEED"]


async def test_the_question_lists_slots_in_order_of_importance(ground: Ground) -> None:
    async with ground.process(shared_roster()) as world:
        await world.refresh(consent=False)
    (question,) = world.prompts.decisions
    assert question.report.names == question.preselected == ("PRIMARY", "FEED", "CHAIN", "ORDERS")
