"""The rules of a roster: 1 to 24 distinct names, PRIMARY among them and first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import PRIMARY, ApiSlot, LoginIdentity, Roster, is_slot_name

IDENTITY = LoginIdentity("operator", "operator")
OTHER_NAMES = st.from_regex(r"[A-OQ-Z][A-Z0-9_]{0,31}", fullmatch=True)


def slot(name: str) -> ApiSlot:
    return ApiSlot(name, f"id-{name}", Secret("secret"), "http://localhost/", IDENTITY)


def roster(*names: str) -> Roster:
    return Roster(tuple(slot(name) for name in names))


@given(st.lists(OTHER_NAMES, max_size=23, unique=True), st.data())
def test_primary_comes_first_and_the_others_keep_their_order(others: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(others)))
    ordered = roster(*others[:place], PRIMARY, *others[place:])
    assert ordered.names == (PRIMARY, *others)
    assert [slot.is_primary for slot in ordered] == [True, *[False] * len(others)]
    assert len(ordered) == len(others) + 1


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], "1 to 24"),
        ([PRIMARY, *(f"S{number}" for number in range(24))], "1 to 24 slots, not 25"),
        ([PRIMARY, "A", "A"], "once"),
        (["A", "B"], "PRIMARY"),
    ],
)
def test_a_roster_that_breaks_a_rule_is_refused(names: list[str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        roster(*names)


def test_a_slot_is_found_by_its_name() -> None:
    assert roster(PRIMARY, "A")["A"].client_id == "id-A"
    with pytest.raises(KeyError):
        roster(PRIMARY, "A")["B"]


@pytest.mark.parametrize("name", ["A", "PRIMARY", "OPTIONCHAIN2", "A_B", "Z" * 32])
def test_names_of_slots(name: str) -> None:
    assert is_slot_name(name)


@pytest.mark.parametrize("name", ["", "a", "1A", "_A", "A-B", "A B", "A\n", "Ä", "Z" * 33])
def test_what_names_no_slot(name: str) -> None:
    assert not is_slot_name(name)
