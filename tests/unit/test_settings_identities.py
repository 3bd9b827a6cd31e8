"""Who signs in for which slot, and whose PIN is used for whom."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from vega_terminal.domain.secret import Secret
from vega_terminal.settings.identities import identity_keys

from .environments import good, load, problems_of

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
HERS, HIS = "9876543210", "9123456780"
MOBILES = st.from_regex(r"[6-9][0-9]{9}", fullmatch=True)


def test_one_set_of_credentials_serves_all_slots_as_one_identity() -> None:
    primary, websocket = load(
        good(UPSTOX_MOBILE_NUMBER=HERS, UPSTOX_PIN="123456", UPSTOX_TOTP_SECRET=SEED)
    ).roster
    assert primary.identity is websocket.identity
    assert primary.identity.label == "…3210"
    assert primary.identity.mobile == Secret(HERS)
    assert primary.identity.pin == Secret("123456")
    assert primary.identity.totp_secret == Secret(SEED)


def test_nothing_given_means_the_operator_signs_in_for_all() -> None:
    primary, websocket = load(good()).roster
    assert primary.identity is websocket.identity
    assert (primary.identity.key, primary.identity.label) == ("operator", "operator")
    assert (primary.identity.mobile, primary.identity.pin, primary.identity.totp_secret) == (None, None, None)


def test_pin_and_seed_without_a_mobile_number_belong_to_the_operator() -> None:
    primary, websocket = load(good(UPSTOX_PIN="123456", UPSTOX_TOTP_SECRET=SEED)).roster
    assert primary.identity is websocket.identity
    assert primary.identity.key == "operator"
    assert primary.identity.pin == Secret("123456")


def test_two_mobile_numbers_are_two_identities() -> None:
    environ = good(
        UPSTOX_MOBILE_NUMBER=HERS,
        UPSTOX_PIN="123456",
        UPSTOX_MOBILE_NUMBER_WEBSOCKET1=HIS,
        UPSTOX_PIN_WEBSOCKET1="654321",
        UPSTOX_TOTP_SECRET_WEBSOCKET1=SEED,
    )
    settings = load(environ)
    primary, websocket = settings.roster
    assert primary.identity.key != websocket.identity.key
    assert (primary.identity.pin, primary.identity.totp_secret) == (Secret("123456"), None)
    assert (websocket.identity.pin, websocket.identity.totp_secret) == (Secret("654321"), Secret(SEED))
    assert settings.warnings == ()


def test_the_shared_pin_is_never_tried_at_another_persons_sign_in() -> None:
    settings = load(good(UPSTOX_MOBILE_NUMBER=HERS, UPSTOX_PIN="123456", UPSTOX_MOBILE_NUMBER_WEBSOCKET1=HIS))
    assert settings.roster["PRIMARY"].identity.pin == Secret("123456")
    assert settings.roster["WEBSOCKET1"].identity.pin is None
    (warning,) = settings.warnings
    assert "UPSTOX_PIN is not used for WEBSOCKET1" in warning
    assert "Set UPSTOX_PIN_WEBSOCKET1" in warning
    assert HIS not in warning


def test_what_one_slot_knows_of_a_person_serves_the_persons_other_slots() -> None:
    primary, websocket = load(
        good(
            UPSTOX_MOBILE_NUMBER_PRIMARY=HERS,
            UPSTOX_MOBILE_NUMBER_WEBSOCKET1=f"+91 {HERS[:5]} {HERS[5:]}",
            UPSTOX_PIN_PRIMARY="123456",
            UPSTOX_TOTP_SECRET_WEBSOCKET1=SEED,
        )
    ).roster
    assert primary.identity is websocket.identity
    assert (primary.identity.pin, primary.identity.totp_secret) == (Secret("123456"), Secret(SEED))


@pytest.mark.parametrize(
    ("changes", "key", "wrong"),
    [
        (
            {"UPSTOX_MOBILE_NUMBER": HERS, "UPSTOX_PIN": "123456", "UPSTOX_PIN_WEBSOCKET1": "654321"},
            "UPSTOX_PIN_WEBSOCKET1",
            "differs from UPSTOX_PIN,",
        ),
        (
            {
                "UPSTOX_MOBILE_NUMBER_PRIMARY": HERS,
                "UPSTOX_MOBILE_NUMBER_WEBSOCKET1": HERS,
                "UPSTOX_TOTP_SECRET_PRIMARY": SEED,
                "UPSTOX_TOTP_SECRET_WEBSOCKET1": OTHER_SEED,
            },
            "UPSTOX_TOTP_SECRET_WEBSOCKET1",
            "differs from UPSTOX_TOTP_SECRET_PRIMARY,",
        ),
        (
            {"UPSTOX_PIN_PRIMARY": "123456", "UPSTOX_PIN_WEBSOCKET1": "654321"},
            "UPSTOX_PIN_WEBSOCKET1",
            "differs from UPSTOX_PIN_PRIMARY,",
        ),
        (
            {
                "UPSTOX_MOBILE_NUMBER_PRIMARY": HERS,
                "UPSTOX_MOBILE_NUMBER_WEBSOCKET1": HIS,
                "UPSTOX_PIN": "123456",
            },
            "UPSTOX_PIN",
            "not clear whose it is",
        ),
    ],
)
def test_contradictions_are_named_by_key(changes: dict[str, str], key: str, wrong: str) -> None:
    (problem,) = problems_of(good(**changes))
    assert problem.key == key
    assert wrong in problem.wrong
    assert not re.search(r"[0-9]{5}|JBSW|GEZD", str(problem))


@pytest.mark.parametrize("wrong_key", ["UPSTOX_MOBILE_NUMBER", "UPSTOX_MOBILE_NUMBER_WEBSOCKET1"])
def test_a_wrong_mobile_number_is_no_contradiction_on_top(wrong_key: str) -> None:
    environ = good(UPSTOX_MOBILE_NUMBER=HERS, UPSTOX_PIN="123456", UPSTOX_PIN_WEBSOCKET1="654321")
    (problem,) = problems_of({**environ, "UPSTOX_MOBILE_NUMBER_WEBSOCKET1": HIS, wrong_key: "12"})
    assert problem.key == wrong_key


@pytest.mark.parametrize("text", ["9876543210", "98765 43210", "+91-98765-43210", " +919876543210 "])
def test_a_mobile_number_is_brought_to_ten_digits(text: str) -> None:
    assert load(good(UPSTOX_MOBILE_NUMBER=text)).roster["PRIMARY"].identity.mobile == Secret(HERS)


@pytest.mark.parametrize(
    "text", [SEED, SEED.lower(), "jbsw y3dp ehpk 3pxp-jbsw y3dp ehpk 3pxp", f"{SEED}===="]
)
def test_a_seed_is_brought_to_capitals_without_spaces(text: str) -> None:
    assert load(good(UPSTOX_TOTP_SECRET=text)).roster["PRIMARY"].identity.totp_secret == Secret(SEED)


@run(deadline=None)
@given(st.lists(MOBILES, min_size=1, max_size=24, unique=True))
def test_identity_keys_are_distinct_and_show_no_more_digits_than_the_tail(mobiles: list[str]) -> None:
    keys = identity_keys(mobiles)
    assert len(set(keys.values())) == len(mobiles)
    assert all(re.fullmatch(rf"{mobile[-4:]}-[0-9a-f]+", keys[mobile]) for mobile in mobiles)


def test_an_identity_key_does_not_change_with_the_roster() -> None:
    alone = load(good(UPSTOX_MOBILE_NUMBER=HERS)).roster["PRIMARY"].identity
    among_others = (
        load(
            good(
                UPSTOX_MOBILE_NUMBER=HIS,
                UPSTOX_MOBILE_NUMBER_WEBSOCKET1=HERS,
                UPSTOX_API_NAMES="WEBSOCKET1,PRIMARY",
            )
        )
        .roster["WEBSOCKET1"]
        .identity
    )
    assert alone.key == among_others.key == "3210-ba"


def test_two_numbers_that_look_alike_still_have_two_keys() -> None:
    known = identity_keys([HERS])[HERS]
    twin = next(
        number
        for number in (f"9{middle:05d}3210" for middle in range(100_000))
        if number != HERS and identity_keys([number])[number] == known
    )
    assert len(set(identity_keys([HERS, twin]).values())) == 2
