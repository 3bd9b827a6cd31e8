"""From the sign-in to the stored token: what is told, in which order, and what is kept."""

from __future__ import annotations

import asyncio

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.lifecycle import LoginState as S
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.status import AuthStatus, Reason
from vega_terminal.domain.token import Verdict

from .engine_world import Ground, asked, kinds
from .rosters import SIX, THREE, roster, shared_roster
from .scripted_broker import DOWN, HANGS, REFUSES, Answer
from .scripted_login import Course

EVERY_TOKEN = [S.DB_WRITE_PENDING, S.GENERATING_TOKENS]


async def test_six_of_six_with_one_sign_in(ground: Ground) -> None:
    async with ground.process() as world:
        result = await world.refresh()
        assert result.exit_code is ExitCode.OK
        assert [slot.slot for slot in result.slots if slot.generated] == list(SIX)
        assert set(world.verdicts().values()) == {Verdict.VALID}
        assert await world.in_database() == {name: ground.broker.latest(name) for name in SIX}
        assert ground.browsers.walks == list(SIX)
        assert ground.browsers.sign_ins == {"ann": 1}
        assert ground.browsers.opened == 1
        assert len(ground.broker.exchanged) == 6
        assert world.board.states == [
            S.INIT,
            S.START_LOGIN,
            S.GENERATING_TOKENS,
            *6 * EVERY_TOKEN,
            S.DASHBOARD_READY,
        ]
        assert world.status.ready(world.now)


async def test_one_slot_is_told_step_by_step(ground: Ground) -> None:
    async with ground.process(roster(["PRIMARY"])) as world:
        await world.refresh()
        told = [event for event in world.board.events if isinstance(event, ev.SlotEvent)]
    assert [event.step if isinstance(event, ev.StepReached) else type(event) for event in told] == [
        ev.SlotVerified,
        ev.SlotStarted,
        LoginStep.OPENING_DIALOG,
        ev.SignInBegun,
        LoginStep.EXCHANGING,
        ev.TokenIssued,
        ev.TokenHeld,
        LoginStep.PROVING,
        ev.SlotVerified,
        LoginStep.STORING,
        ev.TokenStored,
        ev.SlotFinished,
    ]


async def test_each_token_is_in_the_database_before_the_next_slot_starts(ground: Ground) -> None:
    stored_at_start: dict[str, list[str]] = {}
    async with ground.process() as world:

        def look(event: ev.Event, _status: AuthStatus) -> None:
            if isinstance(event, ev.SlotStarted):
                rows = world.rows("SELECT slot FROM tokens")
                stored_at_start[event.slot] = [name for (name,) in rows]

        world.board.watch(look)
        await world.refresh()
    assert {name: sorted(stored) for name, stored in stored_at_start.items()} == {
        name: sorted(SIX[:position]) for position, name in enumerate(SIX)
    }


async def test_the_gate_opens_with_primary_while_the_others_go_on(ground: Ground) -> None:
    released = asyncio.Event()
    ground.browsers.will("FEED", Course(until=released))
    async with ground.process(roster(THREE)) as world:
        running = world.engine.begin(asked())
        await world.until(lambda: world.status.ready(world.now))
        assert world.status.running
        assert world.status.generated(world.now) == 1
        assert (await world.engine.look()).profile.value is not None
        released.set()
        assert (await running.result).exit_code is ExitCode.OK
        assert len(world.seen(ev.GateOpened)) == 1


async def test_primary_first_and_each_person_signs_in_once(ground: Ground) -> None:
    async with ground.process(shared_roster()) as world:
        await world.refresh()
    assert ground.browsers.walks == ["PRIMARY", "ORDERS", "FEED", "CHAIN"]
    assert ground.browsers.sign_ins == {"bob": 1, "ann": 1}


async def test_a_token_that_the_broker_refuses_at_once_is_not_stored(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = REFUSES
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": None, "FEED": FailureKind.TOKEN_REFUSED, "CHAIN": None}
        assert result.exit_code is ExitCode.PARTIAL
        assert sorted(await world.in_database()) == ["CHAIN", "PRIMARY"]
        assert world.verdicts()["FEED"] is Verdict.INVALID


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (HANGS, FailureKind.TIMEOUT),
        (DOWN, FailureKind.BROKER_DOWN),
        (Answer(FailureKind.RATE_LIMITED), FailureKind.RATE_LIMITED),
        (Answer(FailureKind.NOT_JSON), FailureKind.NOT_JSON),
        (Answer(absurd=KeyError), FailureKind.DEFECT),
    ],
)
async def test_a_new_token_that_cannot_be_proven_is_stored_all_the_same(
    ground: Ground, answer: Answer, kind: FailureKind
) -> None:
    ground.broker.profiles["PRIMARY"] = answer
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": kind, "FEED": None, "CHAIN": None}
        assert [slot.generated for slot in result.slots] == [True, True, True]
        assert result.exit_code is ExitCode.PARTIAL
        assert world.verdicts()["PRIMARY"] is Verdict.UNKNOWN
        assert sorted(await world.in_database()) == sorted(THREE)
        assert world.status.reason(world.now) is Reason.PROBE_FAILED
        assert world.status.cooldowns == ()

        ground.broker.profiles.clear()
        await world.engine.verify()
        assert world.status.ready(world.now)
    assert ground.browsers.sign_ins == {"ann": 1}


async def test_a_login_of_somebody_else_is_not_stored(ground: Ground) -> None:
    ground.broker.exchanges["FEED"] = Answer(user_id="ZZ0000")
    ground.broker.profiles["FEED"] = Answer(user_id="ZZ0000")
    async with ground.process(roster(THREE), holding=["FEED"]) as world:
        before = (await world.in_database())["FEED"]
        ground.broker.profiles["FEED"] = REFUSES
        result = await world.refresh()
        assert kinds(result)["FEED"] is FailureKind.WRONG_USER
        assert (await world.in_database())["FEED"] == before
        assert result.exit_code is ExitCode.PARTIAL


async def test_a_token_that_answers_for_somebody_else_is_not_stored(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = Answer(user_id="ZZ0000")
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        assert kinds(result)["FEED"] is FailureKind.WRONG_USER
        assert sorted(await world.in_database()) == ["CHAIN", "PRIMARY"]


async def test_a_failed_exchange_costs_its_own_slot_and_its_code_is_not_sent_again(ground: Ground) -> None:
    refused = [
        FailureKind.CREDENTIALS_REJECTED,
        FailureKind.APP_MISCONFIGURED,
        FailureKind.CODE_REFUSED,
        FailureKind.ACCOUNT_INACTIVE,
        FailureKind.TIMEOUT,
        FailureKind.NETWORK,
    ]
    ground.broker.exchanges = {kind.value: Answer(kind) for kind in refused}
    names = ("PRIMARY", *ground.broker.exchanges, "LAST")
    async with ground.process(roster(names)) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": None, **{kind.value: kind for kind in refused}, "LAST": None}
        assert result.exit_code is ExitCode.PARTIAL
        assert sorted(await world.in_database()) == ["LAST", "PRIMARY"]
        assert [world.verdicts()[kind.value] for kind in refused] == [Verdict.MISSING] * len(refused)
    assert len(ground.broker.exchanged) == len(names)
    assert ground.browsers.sign_ins == {"ann": 1}


async def test_rejected_credentials_alone_are_fatal(ground: Ground) -> None:
    ground.broker.exchanges["FEED"] = Answer(FailureKind.CREDENTIALS_REJECTED)
    async with ground.process(roster(THREE), holding=["PRIMARY", "CHAIN"]) as world:
        assert (await world.refresh()).exit_code is ExitCode.FATAL


async def test_a_token_overtaken_by_another_process_does_not_replace_the_newer_one(ground: Ground) -> None:
    released = asyncio.Event()
    ground.browsers.will("PRIMARY", Course(until=released))
    async with ground.process(roster(["PRIMARY"])) as world:
        running = world.engine.begin(asked())
        await world.until(lambda: ground.browsers.open == 1)
        newer = await world.hold("PRIMARY")
        released.set()
        result = await running.result
        assert kinds(result) == {"PRIMARY": FailureKind.LOGIN_BUSY}
        assert not world.status.ready(world.now)
        assert await world.in_database() == {"PRIMARY": newer.value.reveal()}
        await world.engine.verify()
        assert world.status.ready(world.now)
        assert world.registry.get("PRIMARY", world.now) == newer
