"""Which messages can be an answer: read strictly, matched to the minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.rosters import slot
from vega_terminal.phone.matching import SKEW, Span, why_not
from vega_terminal.phone.webhook import NotAWebhook, read_webhook

from .webhooks import as_body, message

ASKED: Final = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)
SPAN: Final = Span(ASKED, ASKED + timedelta(seconds=300))
NOW: Final = ASKED + timedelta(seconds=60)
SECOND: Final = timedelta(seconds=1)


def judged(now: datetime = NOW, at: datetime = NOW, **changes: Any) -> str | None:
    document = message(slot("PRIMARY"), "token", at) | changes
    return why_not(read_webhook(as_body(document)), SPAN, now)


def test_the_documented_message_is_read() -> None:
    webhook = read_webhook(
        b'{"client_id":"615b1297-d443-3b39-ba19-1927fbcdddc7","user_id":"AB1234","access_token":"eyJ.a.b",'
        b'"token_type":"Bearer","expires_at":"1731448800000","issued_at":"1731412800000",'
        b'"message_type":"access_token"}'
    )
    assert webhook.issued.value.reveal() == "eyJ.a.b"
    assert webhook.issued.issued_at == datetime(2024, 11, 12, 12, 0, tzinfo=UTC)
    assert webhook.expires_at == datetime(2024, 11, 12, 22, 0, tzinfo=UTC)  # 03:30 IST
    span = Span(webhook.issued.issued_at, webhook.expires_at)
    assert why_not(webhook, span, webhook.issued.issued_at) is None


def test_both_ends_of_the_time_window() -> None:
    assert judged() is None
    assert judged(at=ASKED - SKEW) is None
    assert judged(at=NOW + SKEW) is None
    assert "before the request" in str(judged(at=ASKED - SKEW - SECOND))
    assert "future" in str(judged(at=NOW + SKEW + SECOND))
    assert judged(now=SPAN.until - SECOND, at=SPAN.until) is None
    assert "time was up" in str(judged(now=SPAN.until, at=SPAN.until))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"message_type": "order_update"}, "access token"),
        ({"token_type": "Basic"}, "access token"),
        ({"expires_at": "1791324001000"}, "03:30 IST"),
    ],
)
def test_what_the_broker_would_not_say(changes: dict[str, Any], why: str) -> None:
    assert why in str(judged(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": None},
        {"client_id": ["x"]},
        {"user_id": "<b>"},
        {"access_token": ""},
        {"access_token": "a b"},
        {"access_token": "x" * 5000},
        {"access_token": "ä"},
        {"issued_at": "yesterday"},
        {"issued_at": 1.5e12},
        {"issued_at": True},
        {"issued_at": "9" * 30},
        {"expires_at": "-1731448800000"},
        {"message_type": 7},
    ],
)
def test_a_field_of_another_shape_is_no_message_and_is_not_repeated(changes: dict[str, Any]) -> None:
    document = message(slot("PRIMARY"), "a-secret-token", NOW) | changes
    with pytest.raises(NotAWebhook) as refusal:
        read_webhook(as_body(document))
    assert "a-secret-token" not in str(refusal.value)


@given(st.one_of(st.binary(max_size=200), st.recursive(st.none() | st.text(), st.lists).map(as_body)))
def test_anything_else_is_refused_in_order(body: bytes) -> None:
    with pytest.raises(NotAWebhook):
        read_webhook(body)


def test_depth_is_no_defect() -> None:
    with pytest.raises(NotAWebhook):
        read_webhook(b"[" * 16_000)
