"""The words for what stopped a login: the broker's text is shown, but cannot act."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from vega_terminal.browser.evidence import write_bundle
from vega_terminal.browser.page import Field, PageKind, PageView
from vega_terminal.browser.refusals import driver_refused, failed, for_page, printable, untrusted
from vega_terminal.domain.failure import FailureKind

NOW = datetime(2026, 10, 6, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("\x1b[2J\x1b]0;owned\x07", "[2J]0;owned"),
        ("a\r\nb\tc", "abc"),
        ("\u202eevil\u2066", "evil"),
        ("no\u00a0break\u2028line", "no break line"),
        ("\ue000private\x9b0m", "private0m"),
        ("\ud800lone", "lone"),
        ("नमस्ते ₹", "नमस्ते ₹"),
        ("x" * 500, "x" * 160),
    ],
)
def test_broker_text_becomes_one_harmless_line(text: str, shown: str) -> None:
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("page", "signed_in", "kind"),
    [
        (PageKind.BLOCKED, False, FailureKind.BLOCKED),
        (PageKind.THROTTLED, False, FailureKind.THROTTLED),
        (PageKind.MAINTENANCE, True, FailureKind.MAINTENANCE),
        (PageKind.UNREACHABLE, True, FailureKind.NETWORK),
        (PageKind.REFUSED, False, FailureKind.APP_MISCONFIGURED),
        (PageKind.REDIRECT_ERROR, True, FailureKind.REDIRECT_ERROR),
        (PageKind.LOADING, False, FailureKind.NETWORK),
        (PageKind.LOADING, True, FailureKind.SIGN_IN_STALLED),
        (PageKind.UNKNOWN, False, FailureKind.UNKNOWN_PAGE),
        (PageKind.UNKNOWN, True, FailureKind.UNKNOWN_PAGE),
    ],
)
def test_a_page_that_ends_the_walk_has_one_meaning(
    page: PageKind, signed_in: bool, kind: FailureKind
) -> None:
    assert for_page(PageView("", page, {}), signed_in=signed_in).kind is kind


@pytest.mark.parametrize("code", ["UDAPI10005", "UDAPI100099"])
@pytest.mark.parametrize(
    "view",
    [
        PageView("http://x/cb?error=CODE", PageKind.REDIRECT_ERROR, {}),
        PageView("", PageKind.REFUSED, {}, json='{"errors":[{"errorCode":"CODE","message":"m"}]}'),
    ],
)
def test_the_codes_of_throttling_mean_it_on_every_page(view: PageView, code: str) -> None:
    told = replace(view, url=view.url.replace("CODE", code), json=view.json.replace("CODE", code))
    failure = for_page(told, signed_in=False).failure
    assert (failure.kind, failure.code) == (FailureKind.THROTTLED, code)


@pytest.mark.parametrize(
    ("view", "code", "words"),
    [
        (
            PageView(
                "http://x/cb?error=access_denied&error_description=No%0Away", PageKind.REDIRECT_ERROR, {}
            ),
            "access_denied",
            "“Noway”",
        ),
        (
            PageView("", PageKind.REFUSED, {}, json='{"errors":[{"errorCode":"UDAPI100068","message":"m"}]}'),
            "UDAPI100068",
            "“m”",
        ),
        (PageView("", PageKind.REFUSED, {}, json='{"errors":[{"error_code":7}]}'), "7", ""),
        (PageView("", PageKind.REFUSED, {}, json='{"errors":[]}'), None, ""),
        (PageView("", PageKind.REFUSED, {}, json="[1]"), None, ""),
        (PageView("", PageKind.REFUSED, {}, json="{broken"), None, ""),
    ],
)
def test_the_brokers_code_and_words_are_taken_over(view: PageView, code: str | None, words: str) -> None:
    failure = for_page(view, signed_in=False).failure
    assert failure.code == code
    assert words in failure.message
    assert words or "says" not in failure.message


def test_an_address_of_strangers_is_named_without_its_query() -> None:
    view = PageView("https://evil.example/login?otp=123456", PageKind.MOBILE, {})
    message = untrusted(view).failure.message
    assert "https://evil.example/login," in message
    assert "123456" not in message


def test_what_the_driver_says_cannot_act_either() -> None:
    assert "\x1b" not in driver_refused("\x1b[2Junknown error").failure.message


def test_the_page_is_quoted_after_our_own_sentence() -> None:
    view = PageView("", PageKind.PIN, {}, alert="The PIN entered is incorrect.")
    assert failed(FailureKind.PIN_REJECTED, view).failure.message.endswith(
        "The page says: “The PIN entered is incorrect.”"
    )


def test_a_bundle_is_private_and_holds_no_digit_of_the_page(tmp_path: Path) -> None:
    fields = {"pinCode": Field(visible=True, enabled=True, digits=6)}
    view = PageView(
        "https://u:p@login.upstox.com/a?code=1", PageKind.PIN, fields, 200, "Call 1800 \x1b[2J", json="x"
    )

    path = write_bundle(tmp_path / "logs", "PRIMARY", FailureKind.PIN_REJECTED, view, NOW)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert json.loads(path.read_text()) == {
        "at": "2026-10-06T03:00:00+00:00",
        "slot": "PRIMARY",
        "failure": "PIN_REJECTED",
        "page": "pin",
        "url": "https://login.upstox.com/a",
        "httpStatus": 200,
        "captcha": False,
        "alert": "Call #### [#J",
        "fields": {"pinCode": {"visible": True, "enabled": True}},
    }


def test_a_bundle_never_follows_a_link_that_lies_in_its_place(tmp_path: Path) -> None:
    view = PageView("", PageKind.UNKNOWN, {})
    target = tmp_path / "precious"
    target.write_text("kept")
    place = write_bundle(tmp_path / "logs", "PRIMARY", FailureKind.UNKNOWN_PAGE, view, NOW)
    place.unlink()
    place.symlink_to(target)

    with pytest.raises(FileExistsError):
        write_bundle(tmp_path / "logs", "PRIMARY", FailureKind.UNKNOWN_PAGE, view, NOW)

    assert target.read_text() == "kept"
