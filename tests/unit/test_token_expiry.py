"""When a token dies: the next 03:30 IST strictly after its issue, cross-checked with its own `exp`."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken, IssuedToken, jwt_expiry, next_expiry

INDIA = timezone(timedelta(hours=5, minutes=30))
NAIVE = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2100-01-01")
INSTANTS = st.datetimes(*NAIVE, timezones=st.timezones())
HOST_ZONES = ["UTC", "Asia/Kolkata", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]


@pytest.fixture(params=HOST_ZONES, scope="module")
def host_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run in another host time zone, and come back."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def oracle(issued_at: datetime) -> datetime:
    """Walk forward in quarters of an hour, from the last one before, until a clock in India shows 03:30."""
    at = datetime.fromtimestamp(issued_at.timestamp() // 900 * 900, UTC)
    while not (at > issued_at and at.astimezone(INDIA).strftime("%H:%M") == "03:30"):
        at += timedelta(minutes=15)
    return at


@run(deadline=None, max_examples=150)
@given(issued_at=INSTANTS)
def test_it_is_what_a_clock_in_india_shows_wherever_the_host_is(host_zone: str, issued_at: datetime) -> None:
    assert host_zone
    expiry = next_expiry(issued_at)
    assert expiry == oracle(issued_at)
    assert expiry.utcoffset() == timedelta(0)
    assert timedelta(0) < expiry - issued_at <= timedelta(days=1)


@pytest.mark.parametrize(
    ("issued", "dies"),
    [
        ("2026-10-06T20:00:00+05:30", "2026-10-07T03:30:00+05:30"),  # Tuesday evening: Wednesday
        ("2026-10-07T02:30:00+05:30", "2026-10-07T03:30:00+05:30"),  # Wednesday night: the same Wednesday
        ("2026-10-07T03:29:59.999999+05:30", "2026-10-07T03:30:00+05:30"),
        ("2026-10-07T03:30:00+05:30", "2026-10-08T03:30:00+05:30"),  # strictly after
        ("2026-12-31T22:00:00+00:00", "2027-01-01T22:00:00+00:00"),
        ("2028-02-28T23:00:00+00:00", "2028-02-29T22:00:00+00:00"),
    ],
)
def test_examples_of_the_broker(issued: str, dies: str) -> None:
    assert next_expiry(datetime.fromisoformat(issued)) == datetime.fromisoformat(dies)


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        next_expiry(NAIVE[0])


# --- the token's own claim ------------------------------------------------------------------------

ISSUED_AT = datetime(2026, 10, 6, 14, 30, tzinfo=UTC)
BY_RULE = datetime(2026, 10, 6, 22, 0, tzinfo=UTC)


def packed(part: str) -> str:
    return base64.urlsafe_b64encode(part.encode()).decode().rstrip("=")


def jwt(claims: Any) -> Secret:
    return Secret(f"{packed('{}')}.{packed(json.dumps(claims))}.signature")


def token(value: Secret) -> AccessToken:
    return AccessToken.from_issue("PRIMARY", "client", IssuedToken(value, "AB1234", ISSUED_AT), epoch=1)


@given(st.integers(0, 4_102_444_800), st.text(max_size=3))
def test_the_claim_is_read_whatever_the_padding(seconds: int, filler: str) -> None:
    assert jwt_expiry(jwt({"sub": filler, "exp": seconds})) == datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize("after_rule", [timedelta(hours=-1), timedelta(0), timedelta(days=300)])
def test_the_earlier_of_rule_and_claim_counts(after_rule: timedelta) -> None:
    claim = BY_RULE + after_rule
    made = token(jwt({"exp": int(claim.timestamp())}))
    assert made.expires_at == min(BY_RULE, claim)
    assert made.claim_disagrees == (claim != BY_RULE)


@pytest.mark.parametrize(
    "claims",
    [{}, [], "x", None, {"exp": None}, {"exp": "soon"}, {"exp": [1]}, {"exp": 1e300}, {"exp": 10**30}],
)
def test_a_token_without_a_readable_claim_follows_the_rule(claims: Any) -> None:
    made = token(jwt(claims))
    assert made.expires_at == BY_RULE
    assert not made.claim_disagrees


GARBAGE = st.one_of(
    st.text(),
    st.text(alphabet=st.characters(categories=("Ll", "Cs")), max_size=20).map(lambda text: f"a.{text}.c"),
    st.binary().map(lambda raw: f"a.{base64.urlsafe_b64encode(raw).decode()}.c"),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    ).map(lambda value: f"a.{packed(json.dumps({'exp': value}))}.c"),
    st.integers().map(lambda number: f"a.{packed(json.dumps({'exp': number}))}.c"),
)


@run(deadline=None, max_examples=150)
@given(GARBAGE)
def test_garbage_is_an_opaque_token_and_never_raises(text: str) -> None:
    made = token(Secret(text))
    assert made.expires_at <= BY_RULE
    assert made.expires_at.tzinfo is UTC


def test_a_claim_before_the_issue_does_not_kill_a_newborn_token() -> None:
    made = token(jwt({"exp": 0}))
    assert made.expires_at == BY_RULE
    assert made.claim_disagrees


def test_a_claim_nested_without_end_is_unreadable() -> None:
    assert jwt_expiry(Secret(f"a.{packed('[' * 100_000)}.c")) is None


def test_a_token_dies_exactly_at_its_expiry() -> None:
    made = token(Secret("opaque"))
    assert not made.is_expired(BY_RULE - timedelta(microseconds=1))
    assert made.is_expired(BY_RULE)
