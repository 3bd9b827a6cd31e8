"""A person beside the automation: CAPTCHAs, an OTP typed by hand, what the settings leave out."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from vega_terminal.domain.errors import SignInError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.simulator.knobs import Turnstile

from .bench import Bench, eventually, slot_of
from .person import fill_in, meanwhile, solve_captcha

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]


async def _never() -> Secret | None:
    await asyncio.Event().wait()
    raise AssertionError("nobody sets it")


@pytest.mark.parametrize("turnstile", [Turnstile.ON, Turnstile.LATE])
async def test_a_captcha_that_passes_in_time_parks_nobody(bench: Bench, turnstile: Turnstile) -> None:
    bench.broker.faults.change(turnstile=turnstile, turnstile_late_ms=100)

    with bench.rules(challenge_grace=10.0):
        async with meanwhile(solve_captcha(bench, "PRIMARY")):
            await bench.code()

    assert bench.broker.counts.total.otp_requests == 1


async def test_a_parked_app_waits_in_its_tab_while_others_go_on(bench: Bench) -> None:
    bench.broker.faults.change(turnstile_by_app={"WEBSOCKET2": Turnstile.ON})
    await bench.parked("WEBSOCKET2")
    assert await bench.code("PRIMARY")
    assert await bench.code("WEBSOCKET1")
    desk = bench.desk("WEBSOCKET2")

    async def solve_and_say_nothing() -> bool:
        await solve_captcha(bench, "WEBSOCKET2")
        await asyncio.Event().wait()
        return False

    desk.captcha_answer = solve_and_say_nothing

    assert await bench.resumed("WEBSOCKET2", desk)
    assert LoginStep.CAPTCHA in desk.steps
    assert desk.withdrawn == ["captcha"], "the page showed that it was solved; nobody had to say so"
    assert bench.broker.counts.by_app["WEBSOCKET2"].codes == 1


async def test_a_captcha_that_comes_before_the_click_parks_the_app(bench: Bench) -> None:
    bench.broker.faults.change(turnstile=Turnstile.LATE, turnstile_late_ms=700, overlay_ms=3000)

    await bench.parked("PRIMARY")

    assert bench.broker.counts.total.otp_requests == 0


async def test_a_captcha_that_comes_back_late_calls_the_person_again(bench: Bench) -> None:
    bench.broker.faults.change(turnstile_by_app={"WEBSOCKET2": Turnstile.ON})
    await bench.parked("WEBSOCKET2")
    assert await bench.code("PRIMARY")
    late = {"WEBSOCKET2": Turnstile.LATE}
    bench.broker.faults.change(turnstile_by_app=late, turnstile_late_ms=1000, overlay_ms=2500)
    desk = bench.desk("WEBSOCKET2")

    async def solved() -> bool:
        await solve_captcha(bench, "WEBSOCKET2")
        return True

    desk.captcha_answer = solved
    with bench.rules(challenge_grace=5.0):
        assert await bench.resumed("WEBSOCKET2", desk)

    assert bench.broker.counts.by_app["WEBSOCKET2"].otp_requests == 1


@pytest.mark.parametrize("says_solved", [True, False])
async def test_a_captcha_that_is_not_solved_ends_the_slot_before_any_click(
    bench: Bench, says_solved: bool
) -> None:
    bench.broker.faults.change(turnstile=Turnstile.ON)
    await bench.parked("PRIMARY")
    desk = bench.desk()
    desk.person_timeout = 20.0

    async def answer() -> bool:
        return says_solved

    desk.captcha_answer = answer
    async with asyncio.timeout(8):
        with pytest.raises(SignInError) as error:
            await bench.session.resume(slot_of(bench.broker, "PRIMARY"), desk)

    assert error.value.kind is FailureKind.CAPTCHA_UNSOLVED
    assert bench.broker.counts.total.otp_requests == 0


async def test_an_otp_typed_in_the_browser_withdraws_the_question(bench: Bench) -> None:
    desk = bench.desk()
    desk.otp_answer = _never
    desk.person_timeout = 20.0

    async with meanwhile(_type_otp(bench)):
        await bench.code(desk=desk)

    assert desk.withdrawn == ["otp"]
    assert LoginStep.OTP not in desk.steps
    assert (bench.broker.counts.total.otps_right, bench.broker.counts.total.otps_wrong) == (1, 0)


async def test_what_the_settings_leave_out_is_entered_in_the_browser(bench: Bench) -> None:
    person = bench.broker.population.identities[0]
    desk = bench.desk()
    desk.person_timeout = 20.0

    async def enter() -> None:
        await fill_in(bench, "mobileNum", person.mobile, "getOtp")
        await fill_in(bench, "pinCode", person.pin, "pinContinueBtn")

    async with meanwhile(enter()):
        outcome = await bench.authorize(desk=desk, slot=_knowing(bench, mobile=False, pin=False))

    assert isinstance(outcome, Secret)
    assert desk.sign_ins == 1
    assert {LoginStep.WAITING_MOBILE, LoginStep.WAITING_PIN} <= set(desk.steps)


async def test_without_a_mobile_number_and_nobody_there_nothing_is_pressed(bench: Bench) -> None:
    failure = await bench.failure(slot=_knowing(bench, mobile=False, pin=True))

    assert failure.kind is FailureKind.INPUT_MISSING
    assert bench.broker.counts.total.otp_requests == 0


async def test_without_a_pin_and_nobody_there_no_pin_is_sent(bench: Bench) -> None:
    failure = await bench.failure(slot=_knowing(bench, mobile=True, pin=False))

    assert failure.kind is FailureKind.INPUT_MISSING
    assert bench.broker.counts.total.otps_right == 1
    assert "pin_submit" not in bench.broker.counts.calls


async def _type_otp(bench: Bench) -> None:
    mobile = bench.broker.population.identities[0].mobile

    async def sent() -> bool:
        return bench.broker.last_otp(mobile) is not None

    await eventually(sent)
    await fill_in(bench, "otpNum", bench.broker.last_otp(mobile) or "", "continueBtn")


def _knowing(bench: Bench, *, mobile: bool, pin: bool) -> ApiSlot:
    """PRIMARY's slot with only a part of what its customer knows."""
    slot = slot_of(bench.broker, "PRIMARY")
    known = slot.identity
    identity = replace(known, mobile=known.mobile if mobile else None, pin=known.pin if pin else None)
    return replace(slot, identity=identity)
