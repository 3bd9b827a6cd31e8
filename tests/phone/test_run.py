"""From the request to the stored token: what counts as the answer, and what nothing can take away."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.engine_world import Ground, asked, kinds
from tests.engine.fake_clock import FakeClock
from tests.engine.scripted_broker import DOWN, REFUSES
from tests.engine.scripted_login import Course
from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode, Scope
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.token import Verdict
from vega_terminal.domain.wording import words_for
from vega_terminal.store.journal.token_journal import JOURNAL_NAME

from .scripted_phone import FORGED, PATIENCE, Act, Phones, Post, on_phone, with_phones

TWO: Final = on_phone("PRIMARY", "FEED")
SIX: Final = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN1", "OPTIONCHAIN2")


def approving(phones: Phones, *names: str, after: float = 1.0) -> None:
    for name in names:
        phones.posts[name].append(Post(Act.APPROVE, after))


async def test_six_approvals_in_any_order_and_no_browser(ground: Ground, phones: Phones) -> None:
    for place, name in enumerate(reversed(SIX)):
        approving(phones, name, after=1.0 + place)
    async with ground.process(on_phone(*SIX)) as world:
        result = await world.refresh()
        assert result.exit_code is ExitCode.OK
        assert await world.in_database() == {name: phones.given[name][0] for name in SIX}
        assert set(world.verdicts().values()) == {Verdict.VALID}
        assert world.status.ready(world.now)
    assert phones.asked == dict.fromkeys(SIX, 1)
    assert [told for _, _, told in phones.told] == [True] * 6
    assert ground.browsers.opened == 0
    assert ground.browsers.sign_ins == {}


async def test_one_slot_is_told_step_by_step_with_its_deadline(ground: Ground, phones: Phones) -> None:
    approving(phones, "PRIMARY")
    async with ground.process(on_phone("PRIMARY")) as world:
        await world.refresh()
        told = [event for event in world.board.events if isinstance(event, ev.SlotEvent)]
        (waiting,) = [event for event in told if getattr(event, "until", None) is not None]
    assert [event.step if isinstance(event, ev.StepReached) else type(event) for event in told] == [
        ev.SlotVerified,
        ev.SlotStarted,
        LoginStep.ASKING_APPROVAL,
        LoginStep.WAITING_APPROVAL,
        ev.TokenIssued,
        ev.TokenHeld,
        ev.SlotVerified,
        LoginStep.STORING,
        ev.TokenStored,
        ev.SlotFinished,
    ]
    assert words_for(waiting) == "PRIMARY: waiting for the approval on the phone, until 09:35:00 IST."


async def test_silence_fails_the_slot_in_time_and_nothing_is_asked_again(
    ground: Ground, phones: Phones
) -> None:
    approving(phones, "FEED")
    async with ground.process(TWO) as world:
        result = await world.refresh()
        assert world.clock.elapsed() == pytest.approx(PATIENCE)
        assert kinds(result) == {"PRIMARY": FailureKind.NOT_APPROVED, "FEED": None}
        assert result.exit_code is ExitCode.PARTIAL
        assert "No approval arrived by 09:35:00 IST" in str(result.slots[0].failure)
        await world.clock.sleep(3600)
        assert world.status.cooldowns == ()
    assert phones.asked == {"PRIMARY": 1, "FEED": 1}


async def test_what_comes_when_a_wait_is_over_is_told_and_not_used(ground: Ground, phones: Phones) -> None:
    phones.posts["PRIMARY"] = [Post(Act.APPROVE, 1), Post(Act.REPLAY, 1), Post(Act.APPROVE, 5)]
    async with ground.process(TWO) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": None, "FEED": FailureKind.NOT_APPROVED}
        assert await world.in_database() == {"PRIMARY": phones.given["PRIMARY"][0]}
        assert any("waits no longer" in event.text for event in world.seen(ev.Noticed))
    assert [told for _, _, told in phones.told] == [True] * 3


async def test_a_forger_neither_gets_in_nor_ends_the_wait(ground: Ground, phones: Phones) -> None:
    ground.broker.profiles["FEED"] = REFUSES
    phones.posts["PRIMARY"] = [Post(Act.FORGE, 1 + n / 10) for n in range(20)] + [Post(Act.APPROVE, 200)]
    async with ground.process(on_phone("PRIMARY")) as world:
        result = await world.refresh()
        assert result.exit_code is ExitCode.OK
        assert await world.in_database() == {"PRIMARY": phones.given["PRIMARY"][0]}
        assert [event.verdict for event in world.seen(ev.SlotVerified)] == [Verdict.MISSING, Verdict.VALID]
        assert len(world.seen(ev.TokenIssued)) == 1
        assert len(await world.ports.journal.held()) == 0
        told = [event.text for event in world.seen(ev.Noticed)]
        assert len([text for text in told if "is not used" in text]) == 5
        assert not any(FORGED in text for text in told)


async def test_the_token_that_is_there_already_is_no_answer(ground: Ground, phones: Phones) -> None:
    async with ground.process(on_phone("PRIMARY")) as world:
        approving(phones, "PRIMARY")
        await world.refresh()
        phones.posts["PRIMARY"] = [Post(Act.REPLAY, 1), Post(Act.APPROVE, 5)]
        result = await world.refresh(scope=Scope.ALL)
        assert [slot.generated for slot in result.slots] == [True]
        assert await world.in_database() == {"PRIMARY": phones.given["PRIMARY"][1]}
    assert phones.asked == {"PRIMARY": 2}


async def test_a_token_that_cannot_be_proven_is_kept_all_the_same(ground: Ground, phones: Phones) -> None:
    ground.broker.profiles["PRIMARY"] = DOWN
    approving(phones, "PRIMARY")
    async with ground.process(on_phone("PRIMARY")) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": FailureKind.BROKER_DOWN}
        assert world.verdicts() == {"PRIMARY": Verdict.UNKNOWN}
        assert await world.in_database() == {"PRIMARY": phones.given["PRIMARY"][0]}


async def test_the_browser_goes_on_while_the_phone_is_waited_for(ground: Ground, phones: Phones) -> None:
    approving(phones, "PRIMARY", after=60)
    ground.browsers.will("FEED", Course(seconds=20))
    async with ground.process(on_phone("PRIMARY", by_browser=("FEED", "CHAIN"))) as world:
        running = world.engine.begin(asked())
        await world.told(lambda: world.status.generated(world.now) == 2)
        assert phones.given["PRIMARY"] == []
        assert (await running.result).exit_code is ExitCode.OK
        asked_at, *_ = [e.at for e in world.seen(ev.StepReached) if e.slot == "PRIMARY"]
        assert asked_at < min(event.at for event in world.seen(ev.TokenIssued))
    assert ground.browsers.walks == ["FEED", "CHAIN"]
    assert ground.browsers.opened == 1


@pytest.mark.parametrize("kind", [FailureKind.NO_BROWSER, FailureKind.BROWSER_CRASHED])
async def test_a_browser_that_is_gone_costs_the_phone_nothing(
    ground: Ground, phones: Phones, kind: FailureKind
) -> None:
    approving(phones, "PRIMARY", after=60)
    ground.browsers.refuses_to_start = kind is FailureKind.NO_BROWSER
    ground.browsers.will("FEED", Course(breaks=kind))
    async with ground.process(on_phone("PRIMARY", by_browser=("FEED",))) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": None, "FEED": kind}


async def test_what_the_broker_does_not_ask_for_fails_alone_and_at_once(
    ground: Ground, phones: Phones
) -> None:
    phones.fails["FEED"] = Failure(FailureKind.APP_MISCONFIGURED, "Scripted: no notifier.", "UDAPI1123")
    approving(phones, "PRIMARY")
    async with ground.process(TWO) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": None, "FEED": FailureKind.APP_MISCONFIGURED}
        assert world.clock.elapsed() < 10


async def test_a_cooldown_of_the_login_page_is_not_about_the_phone(ground: Ground, phones: Phones) -> None:
    ground.browsers.will("FEED", Course(fails=FailureKind.SIGN_IN_STALLED))
    approving(phones, "PRIMARY")
    async with ground.process(on_phone("PRIMARY", by_browser=("FEED",))) as world:
        await world.refresh(only=("FEED",))
        assert world.status.cooldown_remaining(world.now) > 600
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": None, "FEED": FailureKind.COOLDOWN}


async def test_stopping_the_run_acknowledges_nothing_that_is_not_kept(ground: Ground, phones: Phones) -> None:
    ground.broker.profiles["PRIMARY"] = DOWN
    async with ground.process(TWO) as world:
        running = world.engine.begin(asked())
        await world.clock.sleep(5)
        await world.engine.cancel()
        assert set(kinds(await running.result).values()) == {FailureKind.CANCELLED}
        await phones.post(world.roster["PRIMARY"], Act.APPROVE)
        assert await world.in_database() == {}


async def test_an_unusable_journal_means_proof_first_and_then_the_database(
    ground: Ground, phones: Phones
) -> None:
    phones.posts["PRIMARY"] = [Post(Act.FORGE, 1), Post(Act.APPROVE, 2)]
    async with ground.process(on_phone("PRIMARY")) as world:
        running = world.engine.begin(asked())
        await world.told(lambda: world.status.primary.step is LoginStep.WAITING_APPROVAL)
        (ground.folder / JOURNAL_NAME).write_bytes(b"not ours")
        result = await running.result
        assert result.exit_code is ExitCode.OK, result
        assert await world.in_database() == {"PRIMARY": phones.given["PRIMARY"][0]}
        assert [told for _, _, told in phones.told] == [True, True]


# --- any history ----------------------------------------------------------------------------------

HISTORIES: Final = st.fixed_dictionaries(
    {
        name: st.lists(
            st.builds(Post, st.sampled_from(Act), st.sampled_from([0.0, 0.001, 1.0, 1.0, 299.0, 400.0])),
            max_size=6,
        )
        for name in TWO.names
    }
)


@given(HISTORIES)
@settings(max_examples=25, deadline=None)
def test_no_order_and_no_number_of_messages_gives_a_wrong_token_or_loses_one(
    histories: dict[str, list[Post]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_told_and_kept(Path(folder), histories))


async def _told_and_kept(folder: Path, histories: dict[str, list[Post]]) -> None:
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        ground = Ground(folder, clock)
        phones = with_phones(ground)
        phones.posts.update(histories)
        async with ground.process(TWO) as world:
            result = await world.refresh()
            stored = await world.in_database()
        assert phones.asked == dict.fromkeys(TWO.names, 1)
        assert world.clock.elapsed() <= PATIENCE + 60
        for slot in result.slots:
            in_time = [post for post in histories[slot.slot] if post.act is Act.APPROVE and post.after < 300]
            assert slot.ok == bool(in_time), slot
            assert (slot.slot in stored) == slot.ok
            assert stored.get(slot.slot) in [None, *phones.given[slot.slot]]


# --- killed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", range(0, 42, 6))
async def test_killed_anywhere_a_token_that_was_acknowledged_is_there_at_the_next_start(
    ground: Ground, phones: Phones, steps: int
) -> None:
    roster = on_phone("PRIMARY")
    async with ground.process(roster) as world:
        world.engine.begin(asked())
        await world.clock.sleep(5)
        ground.clock.after_steps(steps, world.kill)
        posting = asyncio.create_task(phones.post(roster["PRIMARY"], Act.APPROVE))
        await asyncio.wait({posting})
        ground.clock.disarm()
        world.kill()
        await world.buried()
    acknowledged = [token for _, token, told in phones.told if told]
    async with ground.process(roster) as world:
        assert list((await world.in_database()).values()) in ([*acknowledged], phones.given["PRIMARY"])


async def test_after_a_suspended_night_the_time_is_up(ground: Ground, phones: Phones) -> None:
    async with ground.process(on_phone("PRIMARY")) as world:
        running = world.engine.begin(asked())
        await world.clock.sleep(10)
        assert world.status.primary.step is LoginStep.WAITING_APPROVAL
        assert world.status.primary.step_until == world.clock.now() + timedelta(seconds=PATIENCE - 10)
        world.clock.fall_asleep(timedelta(hours=9).total_seconds())
        assert kinds(await running.result) == {"PRIMARY": FailureKind.NOT_APPROVED}
        assert world.clock.monotonic() < 30
