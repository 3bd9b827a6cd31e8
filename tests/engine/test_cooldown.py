"""The pause after the broker throttled somebody: written down first, obeyed, ended and resumed by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import SignInError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import STARTS_COOLDOWN, FailureKind
from vega_terminal.domain.lifecycle import LoginState as S
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import Verdict, next_expiry

from .engine_world import Ground, World, asked, kinds
from .rosters import ANN, BOB, THREE, roster, shared_roster
from .scripted_broker import DOWN, Answer
from .scripted_login import COOLDOWN, PARKS_THEN_PASSES, QUIT_SECONDS, Course

STALLED = Course(fails=FailureKind.SIGN_IN_STALLED)
ENDLESS = Course(seconds=1e6)
HOUR = timedelta(hours=1)


def require_throttled(world: World, seconds: float = COOLDOWN) -> None:
    """A cooldown of Ann has just begun and stops everything of hers."""
    assert world.status.cooldown_remaining(world.now) == pytest.approx(seconds, abs=1.0)
    assert world.status.state is S.COOLDOWN
    assert world.engine.generate_blocked() is not None


@pytest.mark.parametrize("kind", sorted(STARTS_COOLDOWN))
async def test_throttling_starts_the_cooldown_and_stops_the_run(ground: Ground, kind: FailureKind) -> None:
    ground.browsers.will("FEED", Course(fails=kind))
    async with ground.process(roster(THREE)) as world:
        result = await world.refresh()
        assert kinds(result) == {"PRIMARY": None, "FEED": kind, "CHAIN": kind}
        assert result.exit_code is ExitCode.PARTIAL
        require_throttled(world)
        assert world.status.ready(world.now)
    assert ground.browsers.walks == ["PRIMARY", "FEED"]


async def test_the_exchange_can_be_throttled_too(ground: Ground) -> None:
    ground.broker.exchanges["PRIMARY"] = Answer(FailureKind.RATE_LIMITED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        require_throttled(world)


async def test_a_throttled_profile_call_says_nothing_about_sign_ins(ground: Ground) -> None:
    ground.broker.profiles["FEED"] = Answer(FailureKind.RATE_LIMITED)
    async with ground.process(roster(THREE), holding=["FEED"]) as world:
        await world.refresh()
        assert world.status.cooldowns == ()
        assert kinds(await world.refresh())["FEED"] is FailureKind.RATE_LIMITED


async def test_the_deadline_is_on_disk_before_anybody_hears_of_it(ground: Ground) -> None:
    on_disk: list[tuple[str, datetime]] = []
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:

        def look(event: ev.Event, _status: AuthStatus) -> None:
            if isinstance(event, ev.CooldownStarted):
                ((identity, until),) = world.rows("SELECT identity, until FROM cooldowns")
                on_disk.append((identity, datetime.fromisoformat(until)))
                assert ground.browsers.open == 1
                assert on_disk == [(event.identity, event.until)]

        world.board.watch(look)
        await world.refresh()
        assert len(on_disk) == 1


@pytest.mark.parametrize(("retry_after", "seconds"), [(30.0, COOLDOWN), (900.0, 900.0)])
async def test_the_brokers_own_number_is_obeyed_where_it_is_longer(
    ground: Ground, retry_after: float, seconds: float
) -> None:
    ground.browsers.will("PRIMARY", Course(fails=FailureKind.THROTTLED, retry_after=retry_after))
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        require_throttled(world, seconds)


async def test_nothing_starts_a_login_during_a_cooldown(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        for consent in (True, False):
            result = await world.refresh(consent=consent)
            assert set(kinds(result).values()) == {FailureKind.COOLDOWN}
            assert result.exit_code is ExitCode.PARTIAL
        await world.engine.verify()
        await ground.clock.sleep(COOLDOWN - 5)
        assert ground.browsers.opened == 1
        require_throttled(world, 4)


async def test_it_ends_by_itself_and_goes_on_with_what_it_interrupted(ground: Ground) -> None:
    ground.browsers.will("FEED", Course(fails=FailureKind.STATE_MISMATCH))
    ground.browsers.will("CHAIN", STALLED)
    async with ground.process(roster((*THREE, "LAST"))) as world:
        await world.refresh()
        asked_before = len(world.prompts.decisions)
        await ground.clock.sleep(COOLDOWN + 10)
        resumed = world.seen(ev.RunStarted)[1:]
        assert [event.requested_by for event in resumed] == ["resume"]
        assert ground.browsers.walks == ["PRIMARY", "FEED", "CHAIN", "CHAIN", "LAST"]
        assert sorted(await world.in_database()) == ["CHAIN", "LAST", "PRIMARY"]
        assert len(world.prompts.decisions) == asked_before
        assert world.rows("SELECT * FROM cooldowns") == []
        states = world.board.states
        after = states[states.index(S.COOLDOWN) :]
        assert after[:3] == [S.COOLDOWN, S.RESUME_GENERATION, S.GENERATING_TOKENS]
        assert after[-1] is S.DASHBOARD_READY
        ended = world.seen(ev.CooldownEnded)[0].at - world.seen(ev.CooldownStarted)[0].at
        assert timedelta(seconds=COOLDOWN) <= ended < timedelta(seconds=COOLDOWN + 1)


async def test_a_second_throttling_pauses_again_and_resumes_again(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED, STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        await ground.clock.sleep(COOLDOWN + 10)
        require_throttled(world, COOLDOWN - 10)
        await ground.clock.sleep(COOLDOWN)
        assert world.status.all_valid(world.now)
    assert ground.browsers.sign_ins == {"ann": 3}


async def test_what_the_broker_refused_is_not_sent_again_by_itself(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", Course(fails=FailureKind.PIN_REJECTED), STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        await world.refresh()
        require_throttled(world)
        await ground.clock.sleep(COOLDOWN + 10)
        assert ground.browsers.sign_ins == {"ann": 2}
        assert [event.requested_by for event in world.seen(ev.RunStarted)].count("resume") == 0
        assert any("does not go on by itself" in event.text for event in world.seen(ev.Noticed))
        await world.refresh()
        assert world.status.all_valid(world.now)


async def test_verifying_during_the_pause_does_not_forget_what_was_interrupted(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        await world.engine.verify()
        await ground.clock.sleep(COOLDOWN + 10)
        assert world.status.all_valid(world.now)


async def test_what_only_could_not_be_checked_is_not_resumed(ground: Ground) -> None:
    """Consent was given for what was interrupted, not for a token that turns out refused later."""
    ground.broker.profiles["FEED"] = Answer(FailureKind.RATE_LIMITED)
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE), holding=["FEED"]) as world:
        await world.refresh()
        ground.broker.profiles["FEED"] = Answer(FailureKind.TOKEN_REFUSED)
        await ground.clock.sleep(COOLDOWN + 10)
    assert ground.browsers.walks == ["PRIMARY", "PRIMARY", "CHAIN"]


async def test_only_the_throttled_person_is_stopped(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(shared_roster()) as world:
        result = await world.refresh()
        stalled = FailureKind.SIGN_IN_STALLED
        assert kinds(result) == {"PRIMARY": stalled, "ORDERS": stalled, "FEED": None, "CHAIN": None}
        assert world.engine.generate_blocked() is None
        assert world.status.state is S.COOLDOWN
        again = await world.refresh()
        assert kinds(again)["PRIMARY"] is FailureKind.COOLDOWN
        await ground.clock.sleep(COOLDOWN + 10)
        assert world.status.all_valid(world.now)
    assert ground.browsers.sign_ins == {"bob": 2, "ann": 1}


async def test_a_pause_that_ends_during_another_persons_run_is_resumed_after_it(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    ground.browsers.will("FEED", Course(seconds=2 * COOLDOWN))
    async with ground.process(shared_roster()) as world:
        result = await world.refresh()
        assert kinds(result)["PRIMARY"] is FailureKind.SIGN_IN_STALLED
        assert world.seen(ev.CooldownEnded)
        await world.until(lambda: not world.status.running and world.status.all_valid(world.now))
        assert [event.requested_by for event in world.seen(ev.RunStarted)] == ["test", "resume"]


async def test_a_restored_pause_that_ends_during_a_run_is_resumed_after_it(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(shared_roster()) as world:
        await world.refresh(only=("PRIMARY",))
    ground.browsers.will("FEED", Course(seconds=2 * COOLDOWN))
    async with ground.process(shared_roster()) as later:
        result = await later.refresh(only=("FEED", "CHAIN"))
        assert result.exit_code is ExitCode.OK
        assert later.seen(ev.CooldownEnded)
        await ground.clock.sleep(5)
        assert [event.requested_by for event in later.seen(ev.RunStarted)] == ["test", "resume"]
        assert later.verdicts() | {"ORDERS": Verdict.MISSING} == later.verdicts()
        assert later.status.state is S.DASHBOARD_READY
    assert ground.browsers.sign_ins == {"bob": 2, "ann": 1}


async def test_two_pauses_end_one_after_the_other_and_each_is_resumed_at_its_end(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    ground.browsers.will("FEED", Course(seconds=100, fails=FailureKind.OTP_NOT_SENT))
    async with ground.process(shared_roster()) as world:
        await world.refresh()
        assert [cooldown.identity for cooldown in world.status.cooldowns] == [BOB.key, ANN.key]
        assert world.engine.generate_blocked() is not None
        await ground.clock.sleep(COOLDOWN - 50)
        assert [cooldown.identity for cooldown in world.status.cooldowns] == [ANN.key]
        assert world.engine.generate_blocked() is None
        assert sorted(await world.in_database()) == ["ORDERS", "PRIMARY"]
        assert world.status.ready(world.now)
        assert world.status.state is S.COOLDOWN
        await ground.clock.sleep(110)
        assert world.status.all_valid(world.now)
        assert [event.requested_by for event in world.seen(ev.RunStarted)] == ["test", "resume", "resume"]
    assert ground.browsers.sign_ins == {"bob": 2, "ann": 2}


async def test_a_throttling_that_another_process_met_is_obeyed_too(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as first, ground.process(roster(THREE)) as second:
        await first.refresh()
        assert second.status.cooldowns == ()
        assert set(kinds(await second.refresh()).values()) == {FailureKind.COOLDOWN}
        require_throttled(second)
        assert len(second.seen(ev.CooldownStarted)) == 1
        await second.refresh()
        assert len(second.seen(ev.CooldownStarted)) == 1
        await ground.clock.sleep(COOLDOWN + 10)
        assert first.status.all_valid(first.now)
        assert second.status.all_valid(second.now)
    assert ground.browsers.sign_ins == {"ann": 2}


async def test_the_desk_itself_lets_nobody_sign_in_during_a_pause(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        recorded = world.rows("SELECT last_sign_in FROM sign_ins")
        with pytest.raises(SignInError, match="Nothing signs in as …3210 before 09:41:00 IST") as refused:
            await world.desks.for_slot(world.roster["CHAIN"]).clear_to_sign_in()
        assert refused.value.kind is FailureKind.COOLDOWN
        assert world.rows("SELECT last_sign_in FROM sign_ins") == recorded


# --- restarts and clocks --------------------------------------------------------------------------


async def test_it_survives_a_restart_and_ends_at_the_same_instant(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        deadline = world.status.cooldowns[0].until
    await ground.clock.sleep(300)
    async with ground.process(roster(THREE)) as later:
        assert later.status.cooldowns[0].until == deadline
        assert later.status.state is S.COOLDOWN
        assert set(kinds(await later.refresh()).values()) == {FailureKind.COOLDOWN}
        await ground.clock.sleep_until(deadline + timedelta(seconds=5))
        assert later.status.cooldowns == ()
        assert later.status.all_valid(later.now)


async def test_only_its_beginning_is_told_as_one_whoever_finds_it_later(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        (begun,) = world.seen(ev.CooldownStarted)
        ground.clock.set_wall_clock(HOUR)
        await ground.clock.sleep(1.5)
        corrected = world.seen(ev.CooldownStarted)[1]
    assert (begun.again, corrected.again) == (False, True)
    for _ in range(3):
        async with ground.process(roster(THREE)) as later:
            (found,) = later.seen(ev.CooldownStarted)
            assert found.again
            assert later.status.cooldowns == world.status.cooldowns
            assert later.status.state is S.COOLDOWN


async def test_one_that_a_crash_left_begins_with_who_finds_it_first(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", ENDLESS)
    async with ground.process(roster(THREE)) as world:
        world.engine.begin(asked())
        await world.told(lambda: bool(world.seen(ev.SignInBegun)))
        await ground.clock.sleep(40)
        world.kill()
        await world.buried()
    again = []
    for _ in range(3):
        async with ground.process(roster(THREE)) as later:
            again += [event.again for event in later.seen(ev.CooldownStarted)]
    assert again == [False, True, True]


async def test_a_pause_that_ended_while_nothing_ran_is_over(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
    await ground.clock.sleep(COOLDOWN + 1)
    async with ground.process(roster(THREE)) as later:
        assert later.status.cooldowns == ()
        assert later.rows("SELECT * FROM cooldowns") == []
        assert (await later.refresh()).exit_code is ExitCode.OK


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_changed_clock_over_a_restart_moves_nothing(ground: Ground, days: int) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
    await ground.clock.sleep(60 - QUIT_SECONDS)
    ground.clock.set_wall_clock(timedelta(days=days))
    async with ground.process(roster(THREE)) as later:
        require_throttled(later, COOLDOWN - 60)
        await ground.clock.sleep(COOLDOWN - 60 - 0.5)
        assert later.status.state is S.COOLDOWN
        await ground.clock.sleep(0.6)
        assert later.status.cooldowns == ()
        assert later.rows("SELECT * FROM cooldowns") == []


@pytest.mark.parametrize(
    ("changed_by", "left"),
    [(timedelta(), COOLDOWN - 60), (timedelta(days=-1), COOLDOWN), (timedelta(days=1), 0)],
)
async def test_after_a_reboot_only_the_wall_clock_is_left_and_its_word_is_bounded(
    ground: Ground, changed_by: timedelta, left: float
) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
    await ground.clock.sleep(60 - QUIT_SECONDS)
    ground.clock.reboot()
    ground.clock.set_wall_clock(changed_by)
    async with ground.process(roster(THREE)) as later:
        assert later.status.cooldown_remaining(later.now) == pytest.approx(left, abs=1.0)
        await ground.clock.sleep(left + 1)
        assert later.status.cooldowns == ()


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_changed_meanwhile_neither_shortens_nor_prolongs_it(ground: Ground, days: int) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        await ground.clock.sleep(60 - QUIT_SECONDS)
        ground.clock.set_wall_clock(timedelta(days=days))
        assert world.engine.generate_blocked() is not None
        await ground.clock.sleep(1.5)
        require_throttled(world, COOLDOWN - 61.5)
        assert len(world.seen(ev.CooldownStarted)) == 2
        assert set(kinds(await world.refresh()).values()) == {FailureKind.COOLDOWN}
        await ground.clock.sleep(COOLDOWN - 62)
        assert world.status.state is S.COOLDOWN
        assert ground.browsers.opened == 1
        await ground.clock.sleep(1)
        assert world.status.cooldowns == ()


async def test_a_machine_that_slept_through_it_goes_on_at_once(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        ground.clock.fall_asleep(COOLDOWN)
        await ground.clock.sleep(5)
        assert world.status.all_valid(world.now)


async def test_two_pauses_never_shorten_each_other(ground: Ground) -> None:
    """Another process met a longer one meanwhile: the longer one holds, here and on disk."""
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        (record,) = await world.ports.cooldowns.load_cooldowns()
        until = record.cooldown.until + timedelta(seconds=240)
        longer = replace(record, cooldown=replace(record.cooldown, until=until))
        await world.ports.cooldowns.save_cooldown(longer)
        await world.ports.cooldowns.save_cooldown(record)
        await world.refresh()
        assert world.status.cooldowns[0].until == until
        await ground.clock.sleep_until(until - timedelta(seconds=1))
        assert world.status.state is S.COOLDOWN
        assert ground.browsers.opened == 1


async def test_a_consent_of_yesterday_does_not_resume_today(ground: Ground) -> None:
    """03:30 IST came during the pause: the operator is asked again."""
    await ground.clock.sleep_until(next_expiry(ground.clock.now()) - timedelta(minutes=5))
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        await ground.clock.sleep(COOLDOWN + 10)
        assert world.status.cooldowns == ()
        assert world.status.state is S.INIT
    assert ground.browsers.opened == 1


async def test_closing_the_engine_stops_the_countdown_but_keeps_the_deadline(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
    await ground.clock.sleep(2 * COOLDOWN)
    assert ground.browsers.opened == 1
    assert len(world.rows("SELECT * FROM cooldowns")) == 1


@pytest.mark.parametrize("after_its_end", [-QUIT_SECONDS / 2, 5.0])
async def test_a_pause_that_ends_around_the_closing_of_the_engine_starts_nothing(
    ground: Ground, after_its_end: float
) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    ground.browsers.will("FEED", Course(seconds=2 * COOLDOWN))
    async with ground.process(shared_roster()) as world:
        world.engine.begin(asked())
        await world.until(lambda: bool(world.status.cooldowns))
        await ground.clock.sleep_until(world.status.cooldowns[0].until + timedelta(seconds=after_its_end))
        assert world.status.running
    assert [event.requested_by for event in world.seen(ev.RunStarted)] == ["test"]


async def test_a_captcha_that_outlasts_the_pause_of_another_person(ground: Ground) -> None:
    """Everything at once: parked, throttled, resumed; the lifecycle knows every move."""
    ground.browsers.will("PRIMARY", PARKS_THEN_PASSES)
    ground.browsers.will("ORDERS", STALLED)
    ground.browsers.will("FEED", Course(parks=Course(seconds=COOLDOWN)))
    ground.broker.profiles["CHAIN"] = DOWN
    async with ground.process(shared_roster()) as world:
        result = await world.refresh()
        stalled = FailureKind.SIGN_IN_STALLED
        assert kinds(result) == {
            "PRIMARY": stalled,
            "ORDERS": stalled,
            "FEED": None,
            "CHAIN": FailureKind.BROKER_DOWN,
        }
        await ground.clock.sleep(30)
        await world.until(lambda: not world.status.running)
        assert len(await world.in_database()) == 4
        assert world.status.ready(world.now)


async def test_a_run_that_is_begun_as_the_pause_ends_is_not_doubled(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        await world.told(lambda: not world.status.cooldowns)
        results = await asyncio.gather(*(world.engine.begin(asked()).result for _ in range(3)))
        assert {result.exit_code for result in results} == {ExitCode.OK}
        await ground.clock.sleep(5)
        assert world.status.state is S.DASHBOARD_READY
    assert ground.browsers.sign_ins == {"ann": 2}
