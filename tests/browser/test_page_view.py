"""Which page it is, told from one look: structure and address decide, wording never does."""

from __future__ import annotations

from typing import Any

import pytest

from vega_terminal.browser.page import (
    KNOWN_IDS,
    PageKind,
    PageView,
    is_broker_page,
    is_loopback,
    is_redirect,
    view_of,
)

LOGIN = "https://login.upstox.com/?client_id=internal&redirect_uri=x"
REDIRECT = "http://127.0.0.1:28020/callback"
API = "https://api.upstox.com"


def look(*visible: str, **changes: Any) -> dict[str, Any]:
    """A look at a whole page on which some of the known elements can be seen."""
    shown = {name: {"visible": name in visible, "enabled": True, "digits": 0} for name in KNOWN_IDS}
    usual: dict[str, Any] = {
        "documentUri": LOGIN, "ready": "complete", "status": 200, "fields": shown,
        "alert": "", "challenge": False, "solved": False, "json": "",
    }  # fmt: skip
    return usual | changes


def kind_of(raw: dict[str, Any], url: str = LOGIN) -> PageKind:
    return view_of(url, raw, REDIRECT).kind


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (look("mobileNum", "getOtp"), PageKind.MOBILE),
        (look("otpNum", "continueBtn"), PageKind.OTP),
        (look("pinCode", "pinContinueBtn"), PageKind.PIN),
        (look("authorize-btn"), PageKind.CONSENT),
        (look("mobileNum", "pinCode"), PageKind.PIN),
        (look("mobileNum", ready="interactive"), PageKind.MOBILE),
        (look("mobileNum", ready="loading"), PageKind.LOADING),
        (look("mobileNum", challenge=True), PageKind.MOBILE),
        (look(challenge=True), PageKind.CAPTCHA),
        (look(challenge=True, status=403), PageKind.CAPTCHA),
        (look(challenge=True, solved=True), PageKind.UNKNOWN),
        (look("mobileNum", status=503), PageKind.MOBILE),
        (look(status=403), PageKind.BLOCKED),
        (look(status=404), PageKind.BLOCKED),
        (look(status=429), PageKind.THROTTLED),
        (look(status=423), PageKind.MAINTENANCE),
        (look(status=502), PageKind.MAINTENANCE),
        (look(status=503), PageKind.MAINTENANCE),
        (look(json='{"status":"error"}', status=400), PageKind.REFUSED),
        (look(json='{"status":"error"}', status=401), PageKind.REFUSED),
        (look(json='{"status":"error"}', status=0), PageKind.REFUSED),
        (look(json='{"status":"error"}', status=403), PageKind.BLOCKED),
        (look(json='{"status":"error"}', status=429), PageKind.THROTTLED),
        (look(json='{"status":"error"}', status=500), PageKind.MAINTENANCE),
        (look(documentUri="chrome-error://chromewebdata/"), PageKind.UNREACHABLE),
        (look(documentUri="about:neterror?e=dnsNotFound"), PageKind.UNREACHABLE),
        (look(documentUri="about:blank"), PageKind.LOADING),
        (look(), PageKind.UNKNOWN),
        (look(ready="interactive"), PageKind.LOADING),
    ],
)
def test_the_kind_follows_from_structure_and_status(raw: dict[str, Any], kind: PageKind) -> None:
    assert kind_of(raw) is kind


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("?code=abc&state=s", PageKind.REDIRECT_CODE),
        ("?state=s&code=abc", PageKind.REDIRECT_CODE),
        ("?error=access_denied&state=s", PageKind.REDIRECT_ERROR),
        ("?code=", PageKind.REDIRECT_ERROR),
        ("?encode=abc", PageKind.REDIRECT_ERROR),
        ("", PageKind.REDIRECT_ERROR),
    ],
)
def test_a_redirect_is_told_by_its_address_though_nobody_answers_there(query: str, kind: PageKind) -> None:
    failed_load = look(documentUri="chrome-error://chromewebdata/")
    assert kind_of(failed_load, REDIRECT + query) is kind


@pytest.mark.parametrize(
    ("url", "registered", "same"),
    [
        ("http://127.0.0.1:28020/callback?code=1", REDIRECT, True),
        ("http://127.0.0.1:28020/callback#x", REDIRECT, True),
        ("http://127.0.0.1:28020/callback/?code=1", REDIRECT, False),
        ("http://127.0.0.1:28020/callback2?code=1", REDIRECT, False),
        ("http://127.0.0.1:28021/callback?code=1", REDIRECT, False),
        ("https://127.0.0.1:28020/callback?code=1", REDIRECT, False),
        ("http://localhost:28020/callback?code=1", REDIRECT, False),
        ("http://127.0.0.1:28020@evil.example/callback?code=1", REDIRECT, False),
        ("http://evil.example/?next=http://127.0.0.1:28020/callback?code=1", REDIRECT, False),
        ("https://app.example/?code=1", "https://app.example", True),
        ("https://app.example/?code=1", "https://app.example:443/", True),
        ("https://app.example/cb?code=1", "https://APP.example/cb", True),
        ("http://app.example/cb?code=1", "http://app.example:80/cb", True),
        ("http://app.example/cb?a=b&code=1", "http://app.example/cb?a=b", True),
        ("http://[::1]:28020/cb?code=1", "http://[::1]:28020/cb", True),
        ("", REDIRECT, False),
        ("about:blank", REDIRECT, False),
    ],
)
def test_only_the_registered_address_is_the_redirect(url: str, registered: str, same: bool) -> None:
    assert is_redirect(url, registered) is same


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://login.upstox.com/", True),
        ("https://api.upstox.com/v2/login", True),
        ("https://upstox.com/login", True),
        ("https://a.b.upstox.com/", True),
        ("https://LOGIN.UPSTOX.COM/", True),
        ("http://login.upstox.com/", False),
        ("https://login.upstox.com.evil.example/", False),
        ("https://loginupstox.com/", False),
        ("https://evil-upstox.com/", False),
        ("https://login.upstox.com@evil.example/", False),
        ("https://evil.example/login.upstox.com", False),
        ("https://evil.example?login.upstox.com", False),
        ("https://xn--upstx-jua.com/", False),
        ("https://upstox.co/", False),
        ("http://127.0.0.1/", False),
        ("data:text/html,<input id=mobileNum>", False),
        ("blob:https://login.upstox.com/1-2", False),
        ("javascript:0", False),
        ("about:blank", False),
        ("", False),
    ],
)
def test_secrets_are_typed_only_at_the_brokers_own_pages(url: str, trusted: bool) -> None:
    assert is_broker_page(url, API) is trusted


@pytest.mark.parametrize(
    ("url", "api", "trusted"),
    [
        ("https://login.upstox.com/", "https://upstox.com", True),
        ("https://login.broker.co.in/", "https://api.broker.co.in", True),
        ("https://evil.co.in/", "https://broker.co.in", False),
        ("http://localhost:8000/", "http://127.0.0.1:9000", True),
        ("http://[::1]:8000/", "http://127.0.0.1:9000", True),
        ("http://127.0.0.1.evil.example/", "http://127.0.0.1:9000", False),
        ("https://login.upstox.com/", "http://127.0.0.1:9000", False),
    ],
)
def test_the_brokers_domain_follows_from_its_api(url: str, api: str, trusted: bool) -> None:
    assert is_broker_page(url, api) is trusted


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
        ("0.0.0.0", False),
    ],
)
def test_loopback_is_this_machine_and_nothing_else(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://login.upstox.com/a/b?code=1#f", "https://login.upstox.com/a/b"),
        ("https://user:pin@login.upstox.com:444/a", "https://login.upstox.com:444/a"),
        ("data:text/html,PIN 123456", "data:"),
        ("about:blank", "about:"),
        ("", ""),
    ],
)
def test_an_address_for_logs_carries_nothing(url: str, bare: str) -> None:
    assert PageView(url, PageKind.UNKNOWN, {}).bare_url == bare


def test_a_view_tells_fields_alert_and_challenge() -> None:
    raw = look("mobileNum", alert="Please wait.", challenge=True)
    raw["fields"]["getOtp"] = {"visible": True, "enabled": False, "digits": 0}

    view = view_of(LOGIN, raw, REDIRECT)

    assert view.challenge
    assert view.alert == "Please wait."
    assert view.fields["mobileNum"].visible
    assert not view.fields["getOtp"].enabled
    assert view.query["client_id"] == "internal"
