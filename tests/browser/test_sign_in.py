"""The login page as it is on a good day, and what its refusals lead to: one try, never a second."""

from __future__ import annotations

import asyncio

import pytest

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.simulator import DEFAULT_APPS
from vega_terminal.simulator.knobs import ThrottleStep

from .bench import Bench

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_one_sign_in_harvests_every_app(bench: Bench) -> None:
    codes = [await bench.code(app) for app in DEFAULT_APPS]

    counts = bench.broker.counts
    assert len(set(codes)) == 6
    assert counts.total.logins == 1
    assert (counts.total.otp_requests, counts.total.otps_right, counts.total.pins_right) == (1, 1, 1)
    assert counts.total.sessions_used == 5
    assert {name: (app.dialogs, app.codes) for name, app in counts.by_app.items()} == dict.fromkeys(
        DEFAULT_APPS, (1, 1)
    )


async def test_a_session_that_is_not_carried_is_signed_in_again(bench: Bench) -> None:
    bench.broker.faults.change(session_carried=False)

    await bench.code("PRIMARY")
    await bench.code("WEBSOCKET1")

    assert bench.broker.counts.total.logins == 2
    assert bench.broker.counts.total.dialogs == 2


async def test_a_cover_over_the_buttons_is_waited_for_and_each_is_pressed_once(bench: Bench) -> None:
    bench.broker.faults.change(overlay_ms=700)

    await bench.code()

    calls = bench.broker.counts.calls
    assert (calls["otp_request"], calls["otp_submit"], calls["pin_submit"]) == (1, 1, 1)


async def test_a_refused_otp_is_sent_once_and_the_pin_never(bench: Bench) -> None:
    desk = bench.desk()
    desk.otp_answer = _wrong_otp

    failure = await bench.failure(desk=desk)

    assert failure.kind is FailureKind.OTP_REJECTED
    assert "The OTP entered is incorrect." in failure.message
    assert "000001" not in failure.message
    counts = bench.broker.counts
    assert (counts.total.otps_wrong, counts.calls["otp_submit"], "pin_submit" in counts.calls) == (
        1,
        1,
        False,
    )
    shown = await bench.by_hand(lambda driver: driver.find_element("id", "otpNum").get_attribute("value"))
    assert shown == "000-001", "the page writes a hyphen into what was typed"


async def test_a_refused_pin_is_sent_once(bench: Bench) -> None:
    bench.broker.faults.change(pin_changed=True)

    failure = await bench.failure()

    assert failure.kind is FailureKind.PIN_REJECTED
    assert (bench.broker.counts.total.pins_wrong, bench.broker.counts.calls["pin_submit"]) == (1, 1)


async def test_the_brokers_limit_of_otps_is_not_pressed_against(bench: Bench) -> None:
    bench.broker.faults.change(session_carried=False, otp_limit=1)
    await bench.code("PRIMARY")

    failure = await bench.failure("WEBSOCKET1")

    assert failure.kind is FailureKind.OTP_NOT_SENT
    assert bench.broker.counts.total.otp_requests_refused == 1


@pytest.mark.parametrize("step", [ThrottleStep.OTP, ThrottleStep.PIN])
async def test_the_silent_throttle_is_recognised_within_one_step(bench: Bench, step: ThrottleStep) -> None:
    bench.broker.faults.change(session_carried=False, throttle_step=step)
    await bench.code("PRIMARY")

    with bench.rules(step_timeout=1.5):
        async with asyncio.timeout(7):
            failure = await bench.failure("WEBSOCKET1")

    assert failure.kind is FailureKind.SIGN_IN_STALLED
    counts = bench.broker.counts.by_app["WEBSOCKET1"]
    assert (counts.stalls, counts.otp_requests, counts.otps_right + counts.otps_wrong) == (1, 1, 1)


async def test_nothing_is_pressed_when_no_sign_in_is_allowed(bench: Bench) -> None:
    desk = bench.desk()
    desk.refuses = Failure(FailureKind.COOLDOWN, "Nothing is tried before noon.")

    failure = await bench.failure(desk=desk)

    assert failure is desk.refuses
    assert bench.broker.counts.total.otp_requests == 0


async def test_without_an_otp_nothing_is_submitted(bench: Bench) -> None:
    desk = bench.desk()
    desk.otp_answer = None

    failure = await bench.failure(desk=desk)

    assert failure.kind is FailureKind.OTP_MISSING
    assert failure.message.startswith("No OTP was given: nobody answered in time. Nothing was submitted.")
    assert "otp_submit" not in bench.broker.counts.calls


async def _wrong_otp() -> Secret:
    return Secret("000001")
