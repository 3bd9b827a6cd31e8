"""A secret is shown by nothing but `reveal()`."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain.secret import MASK, Secret

CANARY = "canary-4711-canary-4711"


@dataclass(frozen=True)
class Holder:
    name: str
    secret: Secret


def logged(secret: Secret) -> str:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.handle(logging.LogRecord("test", logging.INFO, "here", 1, "token %s %r", (secret, secret), None))
    return stream.getvalue()


def crash_report(secret: Secret) -> str:
    def fail(token: Secret) -> None:
        holder = [Holder("x", token)]
        raise RuntimeError(f"failed with {token} in {holder}")

    try:
        fail(secret)
    except RuntimeError as error:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    raise AssertionError("nothing was raised")


WAYS_TO_SHOW: list[Callable[[Secret], str]] = [
    repr,
    str,
    "{}".format,
    "{!r:>30}".format,
    "{:*^40}".format,
    lambda secret: f"{secret}",
    lambda secret: f"{secret!r} {secret!s} {secret!a} {secret:>20}",
    lambda secret: "%s %r" % (secret, secret),  # noqa: UP031  the old way must be safe, too
    lambda secret: repr(Holder("x", secret)),
    lambda secret: repr({"token": [secret]}),
    lambda secret: str(ValueError(secret)),
    lambda secret: secret.tail(6),
    logged,
    crash_report,
]


@pytest.mark.parametrize("show", WAYS_TO_SHOW)
def test_no_text_made_of_a_secret_shows_it(show: Callable[[Secret], str]) -> None:
    text = show(Secret(CANARY))
    assert "canary" not in text
    assert "4711" not in text
    assert MASK in text


@pytest.mark.parametrize("serialise", [pickle.dumps, json.dumps, copy.copy, copy.deepcopy])
def test_a_secret_cannot_be_serialised_or_copied(serialise: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError) as caught:
        serialise(Secret(CANARY))
    assert "canary" not in str(caught.value)


def test_a_secret_has_no_dictionary_to_look_into() -> None:
    with pytest.raises(TypeError):
        vars(Secret(CANARY))


def test_only_reveal_gives_it_away() -> None:
    assert Secret(CANARY).reveal() == CANARY


@given(st.text(), st.integers(-5, 40))
def test_the_tail_is_never_more_than_a_quarter(text: str, length: int) -> None:
    tail = Secret(text).tail(length)
    if tail != MASK:
        assert tail == f"…{text[-length:]}"
        assert 0 < 4 * length <= len(text)


def test_the_tail_of_a_token_is_four_characters() -> None:
    assert Secret("x" * 20 + "abcd").tail() == "…abcd"


@given(st.text(alphabet=st.characters(categories=("Ll", "Cs"))), st.text())
def test_equality_is_that_of_the_texts(one: str, other: str) -> None:
    assert (Secret(one) == Secret(other)) == (one == other)
    assert Secret(one) == Secret(one)
    assert hash(Secret(one)) == hash(Secret(one))
    assert Secret(one) != one
    assert bool(Secret(one)) == bool(one)


def test_the_hash_of_a_secret_is_not_that_of_its_text() -> None:
    assert hash(Secret(CANARY)) != hash(CANARY)
