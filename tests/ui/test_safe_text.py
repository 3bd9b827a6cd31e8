"""Text from outside cannot act, hide or mislead, whatever it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from vega_terminal.ui.safe_text import LONGEST, safe_text

from .waiting import UNHURRIED

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.characters(categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn"]),
        st.sampled_from(list("[/]@=\x1b\x07\x9b\u202e\u200b\ufe0f")),
    ),
    max_size=600,
)


@UNHURRIED
@given(HOSTILE, st.integers(1, LONGEST))
def test_nothing_that_acts_or_hides_is_left(text: str, limit: int) -> None:
    shown = safe_text(text, limit)
    assert len(shown) <= limit
    for character in shown:
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert cell_len(shown) <= 2 * limit
    shown.encode()


@UNHURRIED
@given(HOSTILE)
def test_making_it_safe_twice_changes_nothing(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)


@UNHURRIED
@given(HOSTILE)
def test_it_reaches_the_screen_as_it_is(text: str) -> None:
    shown = safe_text(text)
    assert Content(shown).plain == shown


SYLLABLES = [*"abc XYZ 0123456789.,:;-[]()/äß", "न", "म", "स्ते"]
"""Marks above a letter come with it: a pile of them alone is no word of any language."""


@UNHURRIED
@given(st.lists(st.sampled_from(SYLLABLES), max_size=LONGEST // 4).map("".join))
def test_honest_text_is_not_touched(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;ZXZpbA==\x07", "�]52;c;ZXZpbA==�"),
        ("\x1b[2Jgone", "�[2Jgone"),
        ("abc\u202edcba", "abc�dcba"),
        ("a\tb\nc", "a b c"),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 3),
        ("[/RMS] refused", "[/RMS] refused"),
    ],
)
def test_what_the_known_attacks_become(text: str, shown: str) -> None:
    assert safe_text(text) == shown


def test_what_is_too_long_says_so() -> None:
    assert safe_text("x" * 50, 10) == "x" * 9 + "…"
