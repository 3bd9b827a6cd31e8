"""What the redactor takes out, and what it leaves for whoever reads the bundle."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.diagnostics.redaction import Redactor
from vega_terminal.domain.secret import Secret

KNOWN = "s3cret/with+signs&more"
REDACTOR = Redactor([Secret(KNOWN), Secret("abc"), Secret("")], Path("/home/alice"))


@pytest.mark.parametrize(
    "form",
    [KNOWN, KNOWN.upper(), quote(KNOWN, safe=""), base64.b64encode(KNOWN.encode()).decode().rstrip("=")],
)
def test_a_known_secret_goes_in_every_spelling(form: str) -> None:
    redacted = REDACTOR.text(f"before [{form}] after")
    assert redacted.startswith("before [")
    assert redacted.endswith("] after")
    assert form[:8] not in redacted


@pytest.mark.parametrize(
    ("text", "canary"),
    [
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJBQiJ9.c2ln-x_y", "c2ln"),
        ("Authorization: Bearer abc.def.ghi", "def"),
        ("callback https://127.0.0.1/cb?code=mk404x&state=zz", "mk404x"),
        ("the fragment https://127.0.0.1/cb#code=mk404x", "mk404x"),
        ('{"access_token": "short1"}', "short1"),
        ("client_secret=q1w2e3r4t5", "q1w2e3r4t5"),
        ("the OTP 493817 was typed", "493817"),
        ("PIN:1234", "1234"),
        ("call 9876543210 now", "9876543210"),
        ("call +91 98765 43210 now", "43210"),
        ("login …3210 waits", "3210"),
        ("mail to alice.b+x@example.co.in please", "alice.b"),
        ("redis://operator:hunter2@cache:6379/0", "hunter2"),
        ("http://user:hunter2@proxy:3128", "hunter2"),
        ("key Zm9vYmFyYmF6cXV4MDEyMzQ1Njc4OWFiY2RlZkFCQ0Q=", "Zm9vYmFy"),
        ("seed JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "JBSWY3DP"),
        ("in /home/alice/data", "alice"),
    ],
)
def test_what_looks_like_a_secret_goes(text: str, canary: str) -> None:
    assert canary not in REDACTOR.text(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-06T09:30:00.123456+05:30 PRIMARY: waiting for the OTP page",
        "the broker refused it (UDAPI100050), error code: UDAPI100050",
        "chromium 156.0.8078.79 (/usr/bin/chromium)",
        "run 1f0e8a4c-1b2d-4c3e-9f00-aabbccddeeff finished: 3 / 6 Access Tokens Generated",
        "The database /srv/vega/data/vega_trade.db is held by sqlite3 (process 4711).",
        "https://api.upstox.com/v2/user/profile answered 503",
        "abc is short",
    ],
)
def test_what_helps_stays(text: str) -> None:
    assert REDACTOR.text(text) == text


def test_the_home_of_another_name_stays() -> None:
    assert REDACTOR.text("in /home/alice2/data and /home/alice/x") == "in /home/alice2/data and ~/x"


def test_every_text_of_a_document_is_gone_through() -> None:
    document = {KNOWN: [f"x {KNOWN}", {"deep": KNOWN, "number": 7, "none": None, "yes": True}]}
    redacted = json.dumps(REDACTOR.document(document))
    assert KNOWN not in redacted
    assert '"number": 7, "none": null, "yes": true' in redacted


@given(st.text(max_size=60), st.text(max_size=60), st.text(st.characters(codec="ascii"), min_size=6))
def test_no_text_around_it_protects_a_known_secret(before: str, after: str, secret: str) -> None:
    redacted = Redactor([Secret(secret)]).text(f"{before}{secret}{after}")
    assert secret not in redacted.replace("•", "").replace("#", "") or secret in before + after


@pytest.mark.timeout(10)
@pytest.mark.parametrize("piece", ["a", "a.", "9", "aA1/", "=", "code", "eyJ", "…1", "x@", "://"])
def test_a_very_long_line_takes_no_long_time(piece: str) -> None:
    assert REDACTOR.text(piece * (200_000 // len(piece))) is not None
