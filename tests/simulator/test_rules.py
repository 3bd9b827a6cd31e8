"""The rules of time: death of a token, night window, one-time passwords."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vega_terminal.simulator import totp
from vega_terminal.simulator.clock import SimulatedClock
from vega_terminal.simulator.population import populate
from vega_terminal.simulator.schedule import in_night_window, token_death_after
from vega_terminal.simulator.tokens import TokenKind, TokenMint

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

instants = st.integers(1_577_836_800_000_000, 2_051_222_400_000_000).map(
    lambda us: EPOCH + timedelta(microseconds=us)
)


def brute_force_death(issued: datetime) -> datetime:
    """03:30 IST is 22:00 UTC: the first whole minute after `issued` that reads so."""
    minute = issued.replace(second=0, microsecond=0)
    while minute <= issued or (minute.hour, minute.minute) != (22, 0):
        minute += timedelta(minutes=1)
    return minute


@given(instants)
@settings(deadline=None)
def test_a_token_dies_at_the_next_half_past_three(issued: datetime) -> None:
    assert token_death_after(issued) == brute_force_death(issued)


@pytest.mark.parametrize(
    ("issued", "death"),
    [
        ("2026-01-06T20:00:00+05:30", "2026-01-07T03:30:00+05:30"),
        ("2026-01-07T02:30:00+05:30", "2026-01-07T03:30:00+05:30"),
        ("2026-01-07T03:29:59.999999+05:30", "2026-01-07T03:30:00+05:30"),
        ("2026-01-07T03:30:00+05:30", "2026-01-08T03:30:00+05:30"),
    ],
)
def test_the_documented_examples_of_token_death(issued: str, death: str) -> None:
    assert token_death_after(datetime.fromisoformat(issued)) == datetime.fromisoformat(death)


@given(instants)
@settings(deadline=None)
def test_an_issued_token_lives_exactly_until_its_claim(issued: datetime) -> None:
    clock = SimulatedClock(issued.timestamp)
    population = populate()
    mint = TokenMint(population, clock)
    app = population.apps[0]

    token = mint.issue(app, app.identity)

    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["exp"] == brute_force_death(issued).timestamp()
    clock.jump(claims["exp"] - issued.timestamp() - 0.01)
    assert mint.judge(token) is not None
    clock.jump(0.02)
    assert mint.judge(token) is None


def test_tokens_outlive_the_process_that_made_them_but_not_a_forgery() -> None:
    population, clock = populate(), SimulatedClock()
    app = population.apps[3]
    token = TokenMint(population, clock).issue(app, app.identity, TokenKind.EXTENDED)

    bearer = TokenMint(population, clock).judge(token)
    header, payload, signature = token.split(".")
    forged = json.dumps(json.loads(base64.urlsafe_b64decode(payload + "==")) | {"exp": 2**40})
    forgery = f"{header}.{base64.urlsafe_b64encode(forged.encode()).decode().rstrip('=')}.{signature}"

    assert bearer is not None
    assert (bearer.app, bearer.kind) == (app, TokenKind.EXTENDED)
    for worthless in (forgery, "", "a.b.c", "é", token[:-2]):
        assert TokenMint(population, clock).judge(worthless) is None


@given(st.binary(min_size=14, max_size=32), st.integers(min_value=0, max_value=2**33))
def test_passwords_agree_with_an_independent_authenticator(key: bytes, epoch: int) -> None:
    secret = base64.b32encode(key).decode()

    assert totp.code_of(secret, totp.step_at(epoch)) == pyotp.TOTP(secret.rstrip("=")).at(epoch)


@pytest.mark.parametrize(
    ("at", "closed"),
    [("00:00:00", True), ("03:30:00", True), ("05:29:59", True), ("05:30:00", False), ("23:59:59", False)],
)
def test_funds_are_closed_from_midnight_to_half_past_five(at: str, closed: bool) -> None:
    assert in_night_window(datetime.fromisoformat(f"2026-01-07T{at}+05:30")) is closed
