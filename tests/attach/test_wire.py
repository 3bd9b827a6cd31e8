"""Everything that crosses arrives as it was sent, and nothing crosses that must not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.waiting import UNHURRIED
from vega_terminal.domain.events import Noticed
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot, LoginIdentity, Roster
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.engine.ports.people import CaptchaPrompt, OtpPrompt
from vega_terminal.engine.prompt_hub import Answer, Prompt
from vega_terminal.wire.coding import NotUnderstood, decode, encode
from vega_terminal.wire.events import Told, event_of, told
from vega_terminal.wire.questions import Answered, answer_of, answered

from .values import KINDS, any_of, event_kinds

AT = datetime(2025, 11, 24, 3, 30, tzinfo=UTC)
EVENTS = st.sampled_from(event_kinds()).flatmap(any_of)
VALUES = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), any_of(kind)))


@settings(UNHURRIED, max_examples=150)
@given(EVENTS)
def test_every_event_arrives_as_it_happened(event: Any) -> None:
    over_the_wire = decode(Told, encode(Told, told(event)))
    assert event_of(over_the_wire) == event


@settings(UNHURRIED, max_examples=150)
@given(VALUES)
def test_every_value_arrives_as_it_was_also_with_fields_that_only_the_sender_knows(sent: Any) -> None:
    kind, value = sent
    line = encode(kind, value)
    assert line.splitlines() == [line]
    newer = json.loads(line, object_pairs_hook=lambda pairs: {**dict(pairs), "of a newer version": [1]})
    assert decode(kind, json.dumps(newer)) == value


@pytest.mark.parametrize(
    "message",
    [
        Told("MoonPhaseChanged", AT, '{"at": "2025-11-24T03:30:00Z", "phase": "full"}'),
        Told(
            "StepReached",
            AT,
            '{"at": "2025-11-24T03:30:00Z", "slot": "PRIMARY", "step": "reading tea leaves"}',
        ),
    ],
)
def test_what_is_not_known_becomes_a_notice(message: Told) -> None:
    event = event_of(message)
    assert isinstance(event, Noticed)
    assert event.at == AT
    assert message.name in event.text


@pytest.mark.parametrize(
    "kind", [Secret, LoginIdentity, OtpPrompt, ApiSlot, Roster, AccessToken, IssuedToken]
)
def test_nothing_that_holds_a_secret_has_a_form(kind: Any) -> None:
    with pytest.raises(Exception, match="Secret"):
        encode(kind, None)


PROMPTS: list[tuple[Prompt, Answer]] = [
    (OtpPrompt("PRIMARY", LoginIdentity("id-1", "…3210"), 30.0), Secret("123456")),
    (OtpPrompt("PRIMARY", LoginIdentity("id-1", "…3210"), 30.0), None),
    (CaptchaPrompt("PRIMARY", 30.0), True),
    (CaptchaPrompt("PRIMARY", 30.0), False),
]


@pytest.mark.parametrize(("prompt", "answer"), PROMPTS)
def test_an_answer_arrives_and_shows_its_secret_nowhere_else(prompt: Prompt, answer: Answer) -> None:
    message = answered(prompt, answer)
    assert "123456" not in repr(message)
    assert answer_of(decode(Answered, encode(Answered, message))) == answer


def test_an_answer_that_cannot_be_read_is_not_repeated() -> None:
    with pytest.raises(NotUnderstood) as refused:
        decode(Answered, '{"answer": {"kind": "otp", "digits": ["123456"]}}')
    assert "123456" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_text_that_is_no_text_is_sent_nevertheless() -> None:
    event = event_of(told(Noticed(AT, "a lone half \ud800 of a character")))
    assert event == Noticed(AT, "a lone half ? of a character")
