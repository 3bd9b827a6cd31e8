"""The settings of the approval on the phone: a way for each slot, and an address that nobody can guess."""

from __future__ import annotations

import pytest

from vega_terminal.domain.slots import RouteKind

from .environments import good, load, problems_of

PATH = "/upstox/0123456789abcdef0123456789abcdef"


def test_the_browser_is_the_way_unless_a_slot_says_otherwise() -> None:
    settings = load(good())
    assert {slot.route for slot in settings.roster} == {RouteKind.BROWSER}
    assert (settings.phone.host, settings.phone.port, settings.phone.path) == ("127.0.0.1", 8644, None)
    assert settings.phone.timeout == 300
    mixed = load(good(UPSTOX_LOGIN_ROUTE_WEBSOCKET1="phone", VEGA_NOTIFIER_PATH=PATH))
    assert [slot.route for slot in mixed.roster] == [RouteKind.BROWSER, RouteKind.PHONE]
    other = load(
        good(UPSTOX_LOGIN_ROUTE="phone", UPSTOX_LOGIN_ROUTE_PRIMARY="browser", VEGA_NOTIFIER_PATH=PATH)
    )
    assert [slot.route for slot in other.roster] == [RouteKind.BROWSER, RouteKind.PHONE]
    assert PATH not in repr(other)


def test_a_phone_without_an_address_is_named_with_its_slots() -> None:
    (problem,) = problems_of(good(UPSTOX_LOGIN_ROUTE="phone"))
    assert problem.key == "VEGA_NOTIFIER_PATH"
    assert "PRIMARY, WEBSOCKET1" in problem.wrong
    assert problem.cure


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("VEGA_NOTIFIER_PATH", "/short"),
        ("VEGA_NOTIFIER_PATH", PATH[1:]),
        ("VEGA_NOTIFIER_PATH", f"{PATH}?a=b"),
        ("UPSTOX_LOGIN_ROUTE", "fax"),
        ("UPSTOX_PHONE_TIMEOUT_SEC", "0"),
        ("VEGA_NOTIFIER_PORT", "65536"),
    ],
)
def test_a_wrong_value_is_named_and_a_secret_one_is_not_shown(key: str, value: str) -> None:
    problems = problems_of(good(**{key: value}))
    assert [problem.key for problem in problems] == [key]
    if key == "VEGA_NOTIFIER_PATH":
        assert value not in f"{problems[0].wrong} {problems[0].cure}"


def test_an_address_that_others_can_reach_is_warned_about() -> None:
    (warning,) = load(good(VEGA_NOTIFIER_HOST="0.0.0.0")).warnings
    assert "VEGA_NOTIFIER_HOST" in warning
