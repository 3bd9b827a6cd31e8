"""What people are told, story by story: once an episode, and nothing while all is well."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.engine.rosters import ANN, SIX
from tests.engine.scripted_prompts import ScriptedPrompts
from vega_terminal.domain import events as ev
from vega_terminal.domain.decision import TokenCheckResult, TokenDecisionReport
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.token import Verdict, next_expiry
from vega_terminal.engine.ports import CaptchaPrompt, DecisionPrompt, OtpPrompt
from vega_terminal.notices.notice import NoticeKind
from vega_terminal.notices.questions import WatchedPrompts

from .watched import Remembering, Watched, watching


async def every_day(_day: date) -> bool:
    return True


async def test_a_good_day_is_silent(watched: Watched, channel: Remembering) -> None:
    async with watching(watched, channel):
        watched.begin()
        watched.tell(ev.LoginRequested(watched.clock.now(), SIX))
        for name in SIX:
            watched.tell(ev.SlotStarted(watched.clock.now(), name))
            watched.tell(ev.StepReached(watched.clock.now(), name, LoginStep.OTP))
            watched.have(name)
        watched.open_gate()
        watched.finish(0)
        await watched.clock.sleep(3600)
    assert channel.taken == []


async def test_a_run_that_leaves_tokens_missing_is_told_once(watched: Watched, channel: Remembering) -> None:
    """The same slots for the same reasons are the same episode; another reason is news; success ends it."""
    async with watching(watched, channel):
        for kind in (FailureKind.NETWORK, FailureKind.NETWORK, FailureKind.MAINTENANCE):
            watched.begin()
            watched.have(*SIX[:5])
            watched.fail(SIX[5], kind)
            watched.finish(1, "5 of 6 access tokens are valid, 0 of them new.")
            await watched.clock.sleep(300)
        watched.begin()
        watched.have(*SIX)
        watched.finish(0)
        await watched.clock.sleep(300)
    assert channel.kinds == [NoticeKind.RUN_PARTIAL, NoticeKind.RUN_PARTIAL]
    first = channel.taken[0]
    assert first.slots == (SIX[5],)
    assert first.happened == "5 of 6 access tokens are valid, 0 of them new. OPTIONCHAIN2: It was NETWORK."
    assert "`vega-auth refresh` tries again" in first.to_do


@pytest.mark.parametrize(
    ("code", "kind"), [(1, NoticeKind.RUN_PARTIAL), (2, NoticeKind.RUN_CAPTCHA), (3, NoticeKind.RUN_FATAL)]
)
async def test_a_short_lived_process_delivers_before_it_ends(
    code: int, kind: NoticeKind, watched: Watched, channel: Remembering
) -> None:
    async with watching(watched, channel):
        watched.begin()
        watched.fail("PRIMARY", FailureKind.CAPTCHA_UNSOLVED)
        watched.finish(code)
    assert channel.kinds == [kind]


async def test_what_the_operator_did_is_no_news_to_them(watched: Watched, channel: Remembering) -> None:
    async with watching(watched, channel, attended=True):
        watched.begin()
        for name in SIX:
            watched.fail(name, FailureKind.CANCELLED)
        watched.finish(1)
        await watched.clock.sleep(60)
    assert channel.taken == []


async def test_a_timer_that_stopped_a_run_is_news(watched: Watched, channel: Remembering) -> None:
    async with watching(watched, channel, attended=False):
        watched.begin()
        watched.fail("PRIMARY", FailureKind.CANCELLED)
        watched.finish(1)
    assert channel.kinds == [NoticeKind.RUN_PARTIAL]


async def test_a_cooldown_is_told_once_and_its_run_not_again(watched: Watched, channel: Remembering) -> None:
    async with watching(watched, channel):
        watched.begin()
        watched.have("PRIMARY")
        watched.fail("WEBSOCKET1", FailureKind.THROTTLED)
        watched.throttle()
        for name in SIX[2:]:
            watched.fail(name, FailureKind.THROTTLED)
        watched.finish(1)
        await watched.clock.sleep(60)
        watched.throttle(seconds=590)  # announced anew, because the clock was changed
        await watched.clock.sleep(600)
    assert channel.kinds == [NoticeKind.COOLDOWN]
    assert channel.taken[0].slots == SIX[1:]
    assert "before 09:41:00 IST. Too early." in channel.taken[0].happened


async def test_a_cooldown_of_an_earlier_process_is_no_news_until_a_run_meets_it(
    watched: Watched, channel: Remembering
) -> None:
    async with watching(watched, channel):
        watched.throttle()
        await watched.clock.sleep(60)
        assert channel.taken == []
        watched.begin()
        for name in SIX:
            watched.fail(name, FailureKind.COOLDOWN)
        watched.finish(1)
        await watched.clock.sleep(60)
    assert channel.kinds == [NoticeKind.RUN_PARTIAL]


async def test_stopped_sign_ins_are_told_until_they_are_allowed_again(
    watched: Watched, channel: Remembering
) -> None:
    async with watching(watched, channel):
        for _ in range(2):
            watched.stopped = (ANN,)
            for _again in range(2):
                watched.begin()
                watched.have("PRIMARY")
                for name in SIX[1:]:
                    watched.fail(name, FailureKind.SIGN_INS_SPENT)
                watched.finish(1)
                await watched.clock.sleep(60)
            watched.stopped = ()
            watched.tell(ev.SignInsRearmed(watched.clock.now(), ANN.key, ANN.label, "test"))
    assert channel.kinds == [NoticeKind.SIGN_INS_STOPPED, NoticeKind.SIGN_INS_STOPPED]
    assert "vega-auth rearm" in channel.taken[0].to_do


async def test_a_dashboard_that_closes_in_the_day_is_told_once(
    watched: Watched, channel: Remembering
) -> None:
    async with watching(watched, channel):
        watched.have(*SIX)
        watched.open_gate()
        watched.refuse("PRIMARY")
        watched.tell(ev.GateClosed(watched.clock.now(), "The broker refused the PRIMARY token (401)."))
        await watched.clock.sleep(60)
        watched.begin()  # a run that cannot mend it has nothing new to tell
        watched.fail("PRIMARY", FailureKind.NETWORK)
        watched.finish(1)
        await watched.clock.sleep(60)
    assert channel.kinds == [NoticeKind.PRIMARY_LOST]


async def test_half_past_three_is_no_loss(watched: Watched, channel: Remembering) -> None:
    async with watching(watched, channel):
        watched.have(*SIX)
        watched.open_gate()
        await watched.clock.sleep_until(next_expiry(watched.clock.now()))
        watched.tell(*(ev.TokenExpired(watched.clock.now(), name) for name in SIX))
        watched.tell(ev.GateClosed(watched.clock.now(), "The access token of PRIMARY ended."))
        await watched.clock.sleep(60)
    assert channel.taken == []


async def test_refused_tokens_are_told_together_and_once(watched: Watched, channel: Remembering) -> None:
    """Outside of a run: a run that finds a refused token makes a new one."""
    async with watching(watched, channel):
        watched.have(*SIX)
        for _ in range(2):
            watched.refuse("WEBSOCKET1")
            watched.refuse("WEBSOCKET2")
            await watched.clock.sleep(60)
        assert channel.kinds == [NoticeKind.TOKEN_REFUSED]
        assert channel.taken[0].slots == ("WEBSOCKET1", "WEBSOCKET2")
        watched.have("WEBSOCKET1")
        watched.refuse("WEBSOCKET1")
        await watched.clock.sleep(60)
        watched.have("WEBSOCKET1")
        watched.begin()
        watched.refuse("WEBSOCKET1")
        await watched.clock.sleep(60)
        watched.have("WEBSOCKET1")
        watched.finish(0)
    assert [notice.slots for notice in channel.taken[1:]] == [("WEBSOCKET1",)]


async def test_a_database_is_in_trouble_when_it_stays_away(watched: Watched, channel: Remembering) -> None:
    async with watching(watched, channel):
        watched.lose_database()
        await watched.clock.sleep(50)
        watched.regain_database()
        await watched.clock.sleep(60)
        assert channel.taken == []
        for _ in range(4):
            watched.lose_database()
            await watched.clock.sleep(30)
        watched.regain_database()
    (notice,) = channel.taken
    assert notice.kind is NoticeKind.DATABASE
    assert notice.happened == (
        "Since 09:31:50 IST. Locked by sqlite3 (process 4711). One new token is held safely in the journal."
    )


async def test_a_process_that_ends_with_a_held_token_tells_of_the_database(
    watched: Watched, channel: Remembering
) -> None:
    async with watching(watched, channel):
        watched.begin()
        now = watched.clock.now()
        watched.tell(ev.TokenHeld(now, "PRIMARY", now, next_expiry(now)))
        watched.lose_database()
        watched.finish(0)
    assert channel.kinds == [NoticeKind.DATABASE]


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (LoginStep.WAITING_MOBILE, NoticeKind.LOGIN_PAGE),
        (LoginStep.WAITING_PIN, NoticeKind.LOGIN_PAGE),
        (LoginStep.CONSENT, NoticeKind.LOGIN_PAGE),
        (LoginStep.WAITING_APPROVAL, NoticeKind.APPROVAL),
    ],
)
async def test_a_step_that_waits_for_a_person_calls_one(
    step: LoginStep, kind: NoticeKind, watched: Watched, channel: Remembering
) -> None:
    async with watching(watched, channel, attended=True):
        watched.begin()
        watched.tell(ev.StepReached(watched.clock.now(), "PRIMARY", step))
        await watched.clock.sleep(5)
        watched.tell(ev.StepReached(watched.clock.now(), "PRIMARY", LoginStep.OTP))
        await watched.clock.sleep(60)
        assert channel.taken == []
        watched.tell(ev.StepReached(watched.clock.now(), "PRIMARY", step))
        await watched.clock.sleep(60)
        watched.finish(0)
    assert channel.kinds == [kind]
    assert step.value in channel.taken[0].happened


async def test_six_approvals_on_one_phone_are_one_call(watched: Watched, channel: Remembering) -> None:
    async with watching(watched, channel):
        until = watched.clock.now() + timedelta(seconds=300)
        watched.begin()
        for name in SIX:
            watched.tell(ev.StepReached(watched.clock.now(), name, LoginStep.WAITING_APPROVAL, until))
            await watched.clock.sleep(1)
        await watched.clock.sleep(60)
    (notice,) = channel.taken
    assert notice.slots == SIX
    assert notice.to_do == "Approve it in the broker's app before 09:35:00 IST."


def decision(timeout: float | None) -> DecisionPrompt:
    report = TokenDecisionReport((TokenCheckResult("PRIMARY", Verdict.MISSING),))
    return DecisionPrompt(report, ("PRIMARY",), timeout)


async def test_questions_that_nobody_answers_call_somebody(watched: Watched, channel: Remembering) -> None:
    silent = ScriptedPrompts(watched.clock, choice=None, otp=None, solves_captcha=False)
    prompts = WatchedPrompts(silent)
    async with watching(watched, channel, attended=True) as lookout:
        prompts.listener = lookout.asked
        assert prompts.available
        asking = asyncio.create_task(prompts.decide(decision(None)))
        await watched.clock.sleep(60)
        asking.cancel()
        assert await prompts.otp(OtpPrompt("PRIMARY", ANN, 90)) is None
        assert await prompts.captcha(CaptchaPrompt("PRIMARY", 90, window_shown=False)) is False
        await prompts.decide(decision(5.0))
    assert channel.kinds == [NoticeKind.DECISION, NoticeKind.OTP, NoticeKind.CAPTCHA]
    assert channel.taken[1].to_do == "Type it in VEGA Terminal before 09:32:30 IST."
    assert "no window here" in channel.taken[2].to_do


async def test_questions_that_are_answered_at_once_call_nobody(
    watched: Watched, channel: Remembering
) -> None:
    prompts = WatchedPrompts(ScriptedPrompts(watched.clock))
    async with watching(watched, channel, attended=True) as lookout:
        prompts.listener = lookout.asked
        assert await prompts.decide(decision(None)) == ("PRIMARY",)
        assert await prompts.otp(OtpPrompt("PRIMARY", ANN, 90))
        assert await prompts.captcha(CaptchaPrompt("PRIMARY", 90))
        await watched.clock.sleep(60)
    assert channel.taken == []


async def test_a_failing_way_is_told_once_until_it_works_again(
    watched: Watched, channel: Remembering
) -> None:
    async with watching(watched, channel):
        for trouble in ("It is off.", "It is off.", None, "It is off."):
            channel.trouble = trouble
            watched.refuse("WEBSOCKET1")
            await watched.clock.sleep(5)
            watched.have("WEBSOCKET1")
    sentence = "A notice did not get through on the way of MEMORY. It is off."
    assert watched.said == [sentence, sentence]
    assert len(channel.taken) == 1


async def test_a_defect_of_the_notices_is_told_and_hurts_nobody(
    watched: Watched, channel: Remembering
) -> None:
    def broken() -> tuple[()]:
        raise RuntimeError("https://hooks.example/secret")

    watched.spent = broken  # type: ignore[method-assign]  # what must never happen
    async with watching(watched, channel):
        for _ in range(2):
            watched.begin()
            watched.fail("PRIMARY", FailureKind.NETWORK)
            watched.finish(1)
            await watched.clock.sleep(5)
    (sentence,) = watched.said
    assert sentence.startswith("Notices are no longer sent. A defect of VEGA Terminal")
    assert "hooks" not in sentence


class TestReminder:
    """08:45 IST on trading days, if a token is missing then."""

    NIGHT = datetime(2026, 10, 6, 20, 0, tzinfo=UTC)
    """Wednesday 01:30 IST."""

    async def test_it_comes_once_a_trading_day_while_a_token_is_missing(
        self, watched: Watched, channel: Remembering
    ) -> None:
        holiday = datetime(2026, 10, 9, tzinfo=UTC).date()

        async def trades(day: date) -> bool:
            return day != holiday

        await watched.clock.sleep_until(self.NIGHT)
        async with watching(watched, channel, is_trading_day=trades):
            await watched.clock.sleep_until(self.NIGHT + timedelta(days=3))
        assert channel.kinds == [NoticeKind.TOKENS_MISSING] * 2
        assert [notice.at.isoformat(timespec="minutes") for notice in channel.taken] == [
            "2026-10-07T03:15+00:00",
            "2026-10-08T03:15+00:00",
        ]
        assert channel.taken[0].happened.startswith("It is 08:45 IST, and PRIMARY, WEBSOCKET1,")

    async def test_it_looks_afresh_before_it_speaks(self, watched: Watched, channel: Remembering) -> None:
        """Another process got the tokens, or a database that cannot be read tells nothing."""
        watched.verified = lambda: watched.have(*SIX)
        await watched.clock.sleep_until(self.NIGHT)
        async with watching(watched, channel, is_trading_day=every_day):
            await watched.clock.sleep_until(self.NIGHT + timedelta(hours=10))
            assert channel.taken == []
            watched.verified = watched.cannot_read
            await watched.clock.sleep_until(self.NIGHT + timedelta(hours=34))
        assert channel.kinds == [NoticeKind.TOKENS_MISSING]
        assert watched.said == [
            "The tokens could not be verified for the reminder. The database cannot be read."
        ]

    async def test_a_machine_that_slept_is_reminded_when_it_wakes_unless_the_market_is_closed(
        self, watched: Watched, channel: Remembering
    ) -> None:
        await watched.clock.sleep_until(self.NIGHT)
        async with watching(watched, channel, is_trading_day=every_day):
            await watched.clock.sleep(60)
            watched.clock.fall_asleep(8 * 3600)  # to 09:31 IST
            await watched.clock.sleep(60)
            assert len(channel.taken) == 1
            watched.clock.set_wall_clock(-timedelta(hours=2))
            await watched.clock.sleep(7200)
            assert len(channel.taken) == 1
            watched.clock.fall_asleep(30 * 3600)  # to 15:32 IST of the next day
            await watched.clock.sleep(3600)
        assert len(channel.taken) == 1

    async def test_a_start_after_its_time_does_not_remind(
        self, watched: Watched, channel: Remembering
    ) -> None:
        async with watching(watched, channel, is_trading_day=every_day):  # 09:30 IST
            await watched.clock.sleep(3600)
        assert channel.taken == []
