"""A sign-in that goes wrong: who is stopped, who goes on, and nobody tries a second time."""

from __future__ import annotations

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import ENDS_SIGN_IN, STARTS_COOLDOWN, FailureKind
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.desk import LoginRules

from .engine_world import Ground, Rules, kinds
from .rosters import SMS, THREE, roster, shared_roster
from .scripted_broker import A_SECRET, Answer
from .scripted_login import PARKS_FOR_GOOD, PARKS_THEN_PASSES, Course
from .scripted_prompts import ScriptedPrompts


@pytest.mark.parametrize("kind", sorted(ENDS_SIGN_IN))
async def test_a_failed_sign_in_stops_its_person_and_nobody_else(ground: Ground, kind: FailureKind) -> None:
    ground.browsers.will("PRIMARY", Course(fails=kind))
    async with ground.process(shared_roster()) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": kind, "ORDERS": kind, "FEED": None, "CHAIN": None}
        assert result.exit_code is ExitCode.PARTIAL
        assert sorted(await world.in_database()) == ["CHAIN", "FEED"]
        reasons = {slot.slot: slot.failure for slot in result.slots}
        assert "the sign-in ended at PRIMARY" in str(reasons["ORDERS"])
        assert [cooldown.identity for cooldown in world.status.cooldowns] == ["bob"] * (
            kind in STARTS_COOLDOWN
        )
    assert ground.browsers.walks == ["PRIMARY", "FEED", "CHAIN"]
    assert ground.browsers.sign_ins == {"bob": 1, "ann": 1}


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FailureKind.PIN_REJECTED, ExitCode.FATAL),
        (FailureKind.OTP_REJECTED, ExitCode.FATAL),
        (FailureKind.MOBILE_REJECTED, ExitCode.FATAL),
        (FailureKind.UNKNOWN_PAGE, ExitCode.PARTIAL),
        (FailureKind.MAINTENANCE, ExitCode.PARTIAL),
    ],
)
async def test_when_nothing_was_made_rejected_credentials_are_fatal(
    ground: Ground, kind: FailureKind, code: ExitCode
) -> None:
    ground.browsers.will("PRIMARY", Course(fails=kind))
    async with ground.process(roster(THREE)) as world:
        assert (await world.refresh()).exit_code is code
    assert ground.browsers.sign_ins == {"ann": 1}


async def test_a_failure_of_one_app_does_not_stop_the_person(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(fails=FailureKind.STATE_MISMATCH))
    ground.browsers.will("FEED", Course(fails=FailureKind.REDIRECT_ERROR))
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        assert list(kinds(result).values()) == [FailureKind.STATE_MISMATCH, FailureKind.REDIRECT_ERROR, None]
    assert ground.browsers.sign_ins == {"ann": 1}


# --- CAPTCHA --------------------------------------------------------------------------------------


async def test_a_parked_slot_holds_up_no_other_and_comes_back(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", PARKS_THEN_PASSES)
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        assert result.exit_code is ExitCode.OK
        assert [event.slot for event in world.seen(ev.SlotFinished)] == ["FEED", "CHAIN", "PRIMARY"]
        assert [event.slot for event in world.seen(ev.SlotParked)] == ["PRIMARY"]
        assert world.status.ready(world.now)
    assert [prompt.slot for prompt in world.prompts.captchas] == ["PRIMARY"]


@pytest.mark.parametrize("prompts", ["gives up", "is not there"])
async def test_an_unsolved_captcha_costs_its_slot_and_is_exit_code_two(ground: Ground, prompts: str) -> None:
    operator = ScriptedPrompts(ground.clock, available=prompts == "gives up", solves_captcha=False)
    ground.browsers.will("FEED", PARKS_THEN_PASSES)
    async with ground.process(roster(THREE), prompts=operator) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": None, "FEED": FailureKind.CAPTCHA_UNSOLVED, "CHAIN": None}
        assert result.exit_code is ExitCode.CAPTCHA


async def test_every_slot_parked_and_none_solved(ground: Ground) -> None:
    for name in THREE:
        ground.browsers.will(name, PARKS_FOR_GOOD)
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        assert set(kinds(result).values()) == {FailureKind.CAPTCHA_UNSOLVED}
        assert result.exit_code is ExitCode.CAPTCHA


async def test_a_parked_slot_whose_person_was_stopped_is_not_gone_back_to(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", PARKS_THEN_PASSES)
    ground.browsers.will("FEED", Course(fails=FailureKind.PIN_REJECTED))
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        assert set(kinds(result).values()) == {FailureKind.PIN_REJECTED}
    assert ground.browsers.sign_ins == {"ann": 1}
    assert world.prompts.captchas == []


# --- one-time passwords from a person -------------------------------------------------------------


async def test_without_anybody_to_give_the_otp_it_is_not_even_requested(ground: Ground) -> None:
    prompts = ScriptedPrompts(ground.clock, available=False)
    async with ground.process(roster(THREE, SMS), prompts=prompts) as world:
        result = await world.refresh()
        assert set(kinds(result).values()) == {FailureKind.OTP_MISSING}
        assert world.rows("SELECT * FROM sign_ins") == []
    assert not ground.browsers.sign_ins


async def test_the_operator_gives_the_otp(ground: Ground) -> None:
    rules = Rules(login=LoginRules(person_timeout=90.0))
    async with ground.process(roster(THREE, SMS), rules) as world:
        assert (await world.refresh()).exit_code is ExitCode.OK
    assert ground.browsers.otps == ["123456"]
    assert [prompt.timeout for prompt in world.prompts.otps] == [90.0]


@pytest.mark.parametrize(("declines", "said"), [(False, "nobody answered"), (True, "declined")])
async def test_an_operator_who_gives_no_otp_costs_the_sign_in(
    ground: Ground, declines: bool, said: str
) -> None:
    prompts = ScriptedPrompts(ground.clock, otp=None)
    prompts.declines_otp = declines
    async with ground.process(roster(THREE, SMS), prompts=prompts) as world:
        result = await world.refresh()
        assert set(kinds(result).values()) == {FailureKind.OTP_MISSING}
        assert f"Scripted: {said}." in {slot.failure.message for slot in result.slots if slot.failure}
    assert ground.browsers.sign_ins == {"sms": 1}


async def test_two_sign_ins_of_a_person_keep_their_distance(ground: Ground) -> None:
    began: list[float] = []
    rules = Rules(login=LoginRules(spacing=120.0))
    async with ground.process(roster(THREE), rules) as world:
        ground.browsers.will("PRIMARY", Course(fails=FailureKind.PIN_REJECTED))
        for _ in range(2):
            await world.refresh()
            began = [event.at.timestamp() for event in world.seen(ev.SlotStarted)]
        stored = world.rows("SELECT last_sign_in FROM sign_ins")
        assert len(stored) == 1
    finished = world.seen(ev.TokenIssued)[0].at.timestamp()
    assert finished - began[0] == 120.0


# --- the browser ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [FailureKind.BROWSER_CLOSED, FailureKind.BROWSER_CRASHED])
async def test_without_its_browser_a_run_ends_and_keeps_what_it_made(
    ground: Ground, kind: FailureKind
) -> None:
    ground.browsers.will("PRIMARY", PARKS_THEN_PASSES)
    ground.browsers.will("CHAIN", Course(breaks=kind))
    async with ground.process(roster((*THREE, "LAST"))) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": kind, "FEED": None, "CHAIN": kind, "LAST": kind}
        assert result.exit_code is ExitCode.PARTIAL
        assert sorted(await world.in_database()) == ["FEED"]
        assert (await world.refresh()).exit_code is ExitCode.OK


async def test_no_browser_at_all_is_fatal(ground: Ground) -> None:
    ground.browsers.refuses_to_start = True
    async with ground.process(roster(THREE), holding=["FEED"]) as world:
        result = await world.refresh()
        no_browser = FailureKind.NO_BROWSER
        assert kinds(result) == {"PRIMARY": no_browser, "FEED": None, "CHAIN": no_browser}
        assert result.exit_code is ExitCode.FATAL


async def test_a_browser_that_does_not_start_with_the_first_slot_is_fatal_too(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(breaks=FailureKind.NO_BROWSER))
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        assert set(kinds(result).values()) == {FailureKind.NO_BROWSER}
        assert result.exit_code is ExitCode.FATAL
    assert ground.browsers.walks == ["PRIMARY"]


# --- what no port may do --------------------------------------------------------------------------


async def test_a_defect_at_the_login_page_ends_the_run_and_leaves_the_engine_usable(ground: Ground) -> None:
    ground.browsers.will("FEED", Course(absurd=ZeroDivisionError))
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        defect = FailureKind.DEFECT
        assert kinds(result) == {"PRIMARY": None, "FEED": defect, "CHAIN": defect}
        assert result.exit_code is ExitCode.PARTIAL
        assert A_SECRET not in str(result.document())
        assert not world.status.running
        assert world.status.ready(world.now)
        assert (await world.refresh()).exit_code is ExitCode.OK


async def test_a_defect_in_the_exchange_ends_the_run(ground: Ground) -> None:
    ground.broker.exchanges["PRIMARY"] = Answer(absurd=UnicodeError)
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        assert set(kinds(result).values()) == {FailureKind.DEFECT}
        assert result.exit_code is ExitCode.FATAL
        assert world.verdicts()["PRIMARY"] is Verdict.MISSING
    assert set(ground.broker.exchanged.values()) == {1}


async def test_a_defect_in_a_prompt_ends_the_run(ground: Ground) -> None:
    prompts = ScriptedPrompts(ground.clock, choice=lambda prompt: (str(1 // len(prompt.report.unknown)),))
    async with ground.process(roster(THREE), prompts=prompts) as world:
        result = await world.refresh(consent=False)
        assert set(kinds(result).values()) == {FailureKind.DEFECT}
        assert (await world.refresh()).exit_code is ExitCode.OK


async def test_a_defect_of_whoever_watches_ends_the_run_too(ground: Ground) -> None:
    def fails_once(event: ev.Event, _status: object) -> None:
        if isinstance(event, ev.TokenStored):
            unwatch()
            raise OSError

    async with ground.process(roster(THREE)) as world:
        unwatch = world.board.watch(fails_once)
        result = await world.refresh()
        assert kinds(result)["FEED"] is FailureKind.DEFECT
        assert sorted(await world.in_database()) == ["PRIMARY"]
        assert (await world.refresh()).exit_code is ExitCode.OK
