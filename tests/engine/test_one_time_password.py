"""One-time passwords: right ones, never one twice, never one that is about to end."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain.errors import SignInError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.one_time_password import (
    SAFE_REMAINDER_SECONDS,
    STEP_SECONDS,
    TotpSource,
    password_of,
)

from .engine_world import Ground, kinds
from .rosters import SEED, THREE, roster
from .scripted_login import Course

RFC_SEED = Secret(base64.b32encode(b"12345678901234567890").decode())
STALLED = Course(fails=FailureKind.PIN_REJECTED)


def at(seconds_into_step: float) -> datetime:
    """A moment inside some time-step."""
    return datetime(2026, 10, 6, 4, 0, tzinfo=UTC) + timedelta(seconds=seconds_into_step)


@pytest.mark.parametrize(
    ("unix", "digits"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_rfc_6238(unix: int, digits: str) -> None:
    assert password_of(RFC_SEED, unix // STEP_SECONDS).reveal() == digits


@given(seed=st.binary(min_size=14, max_size=40), step=st.integers(0, 2**32))
def test_an_independent_authenticator_agrees(seed: bytes, step: int) -> None:
    text = base64.b32encode(seed).decode().rstrip("=")
    assert password_of(Secret(text), step).reveal() == pyotp.TOTP(text).at(step * STEP_SECONDS)


def test_a_seed_of_eighty_bits_as_authenticators_give_them() -> None:
    assert len(password_of(Secret("JBSWY3DPEHPK3PXP"), 1).reveal()) == 6


async def test_no_step_is_used_twice_by_engines_on_one_database(ground: Ground) -> None:
    async with ground.stored() as first, ground.stored() as second:
        sources = [TotpSource(ports.sign_ins, ground.clock) for ports in (first, second, first, second)]
        given_out = await asyncio.gather(*(source.next("ann", SEED) for source in sources))
    began = int(at(0).timestamp()) // STEP_SECONDS
    assert sorted(otp.reveal() for otp in given_out) == sorted(
        password_of(SEED, began + step).reveal() for step in range(4)
    )
    assert ground.clock.now() == at(3 * STEP_SECONDS)


async def test_two_persons_do_not_wait_for_each_other(ground: Ground) -> None:
    async with ground.stored() as ports:
        source = TotpSource(ports.sign_ins, ground.clock)
        assert await source.next("ann", SEED) == await source.next("bob", SEED)
    assert ground.clock.now() == at(0)


@pytest.mark.parametrize(
    ("into_step", "waits"),
    [
        (0.0, 0.0),
        (STEP_SECONDS - SAFE_REMAINDER_SECONDS, 0.0),
        (STEP_SECONDS - SAFE_REMAINDER_SECONDS + 0.5, SAFE_REMAINDER_SECONDS - 0.5),
        (STEP_SECONDS - 0.5, 0.5),
    ],
)
async def test_an_otp_about_to_end_is_left_out(ground: Ground, into_step: float, waits: float) -> None:
    await ground.clock.sleep(into_step)
    async with ground.stored() as ports:
        otp = await TotpSource(ports.sign_ins, ground.clock).next("ann", SEED)
    assert ground.clock.monotonic() == into_step + waits
    assert otp == password_of(SEED, int(at(into_step + waits).timestamp()) // STEP_SECONDS)


async def test_each_sign_in_gets_an_otp_of_its_own(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED, STALLED)
    async with ground.process(roster(THREE)) as world:
        for _ in range(2):
            await world.refresh()
        assert (await world.refresh()).exit_code is ExitCode.OK
    assert len(set(ground.browsers.otps)) == len(ground.browsers.otps) == 3


async def test_a_clock_set_back_ends_the_sign_in_with_the_reason(ground: Ground) -> None:
    ground.browsers.will("PRIMARY", STALLED)
    async with ground.process(roster(THREE)) as world:
        await world.refresh()
        ground.clock.set_wall_clock(timedelta(hours=-1))
        result = await world.refresh()
        assert set(kinds(result).values()) == {FailureKind.OTP_MISSING}
        assert ground.clock.monotonic() < 60
    async with ground.stored() as ports:
        with pytest.raises(SignInError, match="clock was set back"):
            await TotpSource(ports.sign_ins, ground.clock).next("ann", SEED)
