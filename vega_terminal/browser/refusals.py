"""What went wrong on the login page, in words that tell what it means and what to do."""

from __future__ import annotations

import json
import unicodedata
from typing import Final

from vega_terminal.browser.page import PageKind, PageView
from vega_terminal.domain.errors import SignInError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.engine.ports.login import NoOtp

_SENTENCES: Final = {
    FailureKind.OTP_NOT_SENT: (
        "The broker did not send an OTP: most likely its limit of two in ten minutes is reached, or this"
        " mobile number is not registered. Nothing more is clicked; wait for the cooldown, then check"
        " UPSTOX_MOBILE_NUMBER."
    ),
    FailureKind.MOBILE_REJECTED: (
        "The login page does not accept the mobile number: Get OTP stayed disabled. Check"
        " UPSTOX_MOBILE_NUMBER: ten digits, as registered with the broker."
    ),
    FailureKind.OTP_REJECTED: (
        "The broker refused the OTP. It was sent once and is not sent again. Check UPSTOX_TOTP_SECRET and"
        " this machine's clock, or type the OTP yourself at the next try."
    ),
    FailureKind.PIN_REJECTED: (
        "The broker refused the PIN. It was sent once and is not sent again: five refusals block the"
        " account. Correct UPSTOX_PIN before the next try."
    ),
    FailureKind.INPUT_MISSING: (
        "The login page waits for something that only a person can enter, and nobody did in time. Set"
        " UPSTOX_MOBILE_NUMBER and UPSTOX_PIN, or enter them in the browser window."
    ),
    FailureKind.SIGN_IN_STALLED: (
        "The login page stopped without a message. The broker does this when one person signs in twice"
        " within about ten minutes. Nothing more is clicked; wait for the cooldown."
    ),
    FailureKind.THROTTLED: ("The broker answered that there were too many requests. Wait for the cooldown."),
    FailureKind.CAPTCHA_UNSOLVED: (
        "The login page shows a CAPTCHA and no person solved it in time. Generate this slot again and solve"
        " it in the browser window."
    ),
    FailureKind.BLOCKED: (
        "The broker's protection blocked the login page. That is no statement about the tokens. Try again"
        " later, or from the network that is registered with the broker."
    ),
    FailureKind.MAINTENANCE: (
        "The broker's login page is out of service. The stored tokens are untouched. Try again in some"
        " minutes."
    ),
    FailureKind.NETWORK: (
        "The broker's login page could not be reached, or did not answer in time. The stored tokens are"
        " untouched. Check the network and try again."
    ),
    FailureKind.STATE_MISMATCH: (
        "The redirect carries another state than the one that was sent, so its code may not be ours and was"
        " not used. Generate again; if it happens twice, check who else uses this redirect address."
    ),
    FailureKind.REDIRECT_ERROR: (
        "The broker sent the browser back with an error instead of a code. Check the app's key, its redirect"
        " URI and whether it is active."
    ),
    FailureKind.APP_MISCONFIGURED: (
        "The broker does not know this app with this redirect URI. Compare UPSTOX_CLIENT_ID and"
        " UPSTOX_REDIRECT_URI with the broker's developer page, character for character."
    ),
    FailureKind.UNKNOWN_PAGE: (
        "The login page shows something that this version does not know, so nothing was typed or clicked"
        " there. Sign in by hand once to see what it wants; the details are in the logs folder."
    ),
}

_NO_OTP: Final = {
    NoOtp.DECLINED: "No OTP was given: the question was declined.",
    NoOtp.NOBODY_ANSWERED: "No OTP was given: nobody answered in time.",
}

_THROTTLING: Final = frozenset({"UDAPI10005", "UDAPI100099"})
"""Codes that mean throttling on whichever page they stand (broker docs: error codes)."""

_KIND_OF_PAGE: Final = {
    PageKind.BLOCKED: FailureKind.BLOCKED,
    PageKind.THROTTLED: FailureKind.THROTTLED,
    PageKind.MAINTENANCE: FailureKind.MAINTENANCE,
    PageKind.UNREACHABLE: FailureKind.NETWORK,
    PageKind.REFUSED: FailureKind.APP_MISCONFIGURED,
    PageKind.REDIRECT_ERROR: FailureKind.REDIRECT_ERROR,
}


class PageRefusal(SignInError):
    """A sign-in that ended on a page; carries the view for the redacted bundle."""

    def __init__(self, failure: Failure, view: PageView) -> None:
        super().__init__(failure)
        self.view = view


def failed(kind: FailureKind, view: PageView) -> PageRefusal:
    """The refusal of `kind` on this page, with the page's own words where it has some."""
    sentence = _SENTENCES[kind]
    said = printable(view.alert)
    message = f"{sentence} The page says: “{said}”" if said else sentence
    return PageRefusal(Failure(kind, message), view)


def without_otp(why: NoOtp, view: PageView) -> PageRefusal:
    """The refusal when the page waits for an OTP that nobody gave."""
    message = (
        f"{_NO_OTP[why]} Nothing was submitted. Generate again when the phone is at hand, or set"
        " UPSTOX_TOTP_SECRET."
    )
    return PageRefusal(Failure(FailureKind.OTP_MISSING, message), view)


def for_page(view: PageView, *, signed_in: bool) -> PageRefusal:
    """The refusal for a page that ends the walk by being what it is."""
    kind = _KIND_OF_PAGE.get(view.kind)
    if view.kind is PageKind.LOADING:
        # After the PIN the broker owes a redirect; a page that never comes is its silent throttle.
        return failed(FailureKind.SIGN_IN_STALLED if signed_in else FailureKind.NETWORK, view)
    if kind is None:
        return failed(FailureKind.UNKNOWN_PAGE, view)
    code, said = _broker_words(view)
    if code in _THROTTLING:
        kind = FailureKind.THROTTLED
    sentence = _SENTENCES[kind]
    message = f"{sentence} The broker says: “{said}”" if said else sentence
    return PageRefusal(Failure(kind, message, code), view)


def untrusted(view: PageView) -> PageRefusal:
    """The refusal for a login form on an address that is not the broker's."""
    message = (
        f"A login form appeared at {printable(view.bare_url)}, which is not the broker's. Nothing was typed"
        " there. Check UPSTOX_API_BASE_URL and the network."
    )
    return PageRefusal(Failure(FailureKind.UNKNOWN_PAGE, message), view)


def driver_refused(words: str) -> SignInError:
    """The failure for a browser that lives, but did not do what it was told."""
    message = (
        f"The browser did not do what it was told: {printable(words.rstrip('.'))}. Nothing was tried a second"
        " time."
        " Generate this slot again; if it happens twice, sign in by hand once to see what the page wants."
    )
    return SignInError(Failure(FailureKind.UNKNOWN_PAGE, message))


def _broker_words(view: PageView) -> tuple[str | None, str]:
    """Error code and text from a JSON answer or from the redirect's query."""
    query = view.query
    code = query.get("error_code") or query.get("error")
    said = query.get("error_message") or query.get("error_description") or ""
    if view.json:
        code, said = _json_words(view.json)
    return (printable(code, 40) if code else None), printable(said)


def _json_words(text: str) -> tuple[str | None, str]:
    try:
        first = json.loads(text)["errors"][0]
        return str(first.get("error_code") or first.get("errorCode") or ""), str(first.get("message") or "")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None, ""


def printable(text: str, limit: int = 160) -> str:
    """Broker text as one line that cannot act on a terminal: no control, format or private characters."""
    kept = (" " if unicodedata.category(sign).startswith("Z") else sign for sign in text)
    clean = "".join(sign for sign in kept if not unicodedata.category(sign).startswith("C"))
    return clean[:limit]
