"""`VEGA_REDIS_URL`: what is accepted is understood, and what is not is refused before anything starts."""

from __future__ import annotations

import pytest

from tests.unit.environments import good, load, problems_of
from vega_terminal.domain.secret import Secret
from vega_terminal.redis_store.address import RedisAddress

KEY = "VEGA_REDIS_URL"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("redis://127.0.0.1", RedisAddress("127.0.0.1", 6379, "", 0, tls=False, username="", password=None)),
        ("redis://h:1/3", RedisAddress("h", 1, "", 3, tls=False, username="", password=None)),
        ("redis://[::1]:7000/", RedisAddress("::1", 7000, "", 0, tls=False, username="", password=None)),
        (
            "rediss://u:p%40%25@h",
            RedisAddress("h", 6379, "", 0, tls=True, username="u", password=Secret("p@%")),
        ),
        (
            "unix:///run/redis.sock",
            RedisAddress("", 0, "/run/redis.sock", 0, tls=False, username="", password=None),
        ),
        (
            "unix://:p@/run/r.sock?db=5",
            RedisAddress("", 0, "/run/r.sock", 5, tls=False, username="", password=Secret("p")),
        ),
    ],
)
def test_an_address_in_each_form(url: str, address: RedisAddress) -> None:
    setting = load(good(**{KEY: url})).redis_url
    assert setting is not None
    assert RedisAddress.parse(setting) == address


@pytest.mark.parametrize(
    "url",
    [
        "http://:canary@h",
        "redis://",
        "redis://:canary@h/cache",
        "redis://:canary@h?db=3",
        "redis://:canary@h/0?ssl_cert_reqs=none",
        "redis://:canary@h/0#1",
        "redis://:canary@h:70000",
        "unix://run/redis.sock",
        "unix:run/redis.sock",
        "unix://:canary@/run/redis.sock?3",
        "unix:///run/redis.sock?db=x",
    ],
)
def test_anything_else_is_refused_with_the_cure_and_without_the_password(url: str) -> None:
    (problem,) = problems_of(good(**{KEY: url}))
    assert problem.key == KEY
    assert "rediss://user:password@host:6379/0" in problem.cure
    assert "canary" not in str(problem)


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("redis://:canary@redis.example/0", True),
        ("redis://:canary@127.0.0.1/0", False),
        ("redis://redis.example/0", False),
        ("rediss://:canary@redis.example/0", False),
        ("unix://:canary@/run/redis.sock", False),
    ],
)
def test_a_password_in_clear_over_the_network_is_warned_about(url: str, warned: bool) -> None:
    warnings = load(good(**{KEY: url})).warnings
    assert [KEY in said and "rediss://" in said for said in warnings] == [True] * warned
    assert "canary" not in "".join(warnings)


def test_the_address_for_people_holds_no_credentials() -> None:
    for url in ("redis://user:canary@h:1/2", "unix://user:canary@/run/redis.sock"):
        address = RedisAddress.parse(Secret(url))
        assert "canary" not in repr(address)
        assert "user" not in address.shown
