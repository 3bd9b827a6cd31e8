"""What the browser shows, as one of a closed set of pages. Decided by structure and URL, never by wording."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import SplitResult, parse_qs, urlsplit

MOBILE_FIELD: Final = "mobileNum"
GET_OTP: Final = "getOtp"
OTP_FIELD: Final = "otpNum"
OTP_CONTINUE: Final = "continueBtn"
PIN_FIELD: Final = "pinCode"
PIN_CONTINUE: Final = "pinContinueBtn"
CONSENT: Final = "authorize-btn"
EMPTY_PAGE: Final = "about:blank"
KNOWN_IDS: Final = (MOBILE_FIELD, GET_OTP, OTP_FIELD, OTP_CONTINUE, PIN_FIELD, PIN_CONTINUE, CONSENT)


class PageKind(StrEnum):
    """Every page that the login can meet."""

    MOBILE = "mobile"
    OTP = "otp"
    PIN = "pin"
    CONSENT = "consent"
    CAPTCHA = "captcha"
    BLOCKED = "blocked"
    THROTTLED = "throttled"
    MAINTENANCE = "maintenance"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    REDIRECT_CODE = "redirect with code"
    REDIRECT_ERROR = "redirect with error"
    LOADING = "loading"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Field:
    """A known element: whether it can be seen and used, and how many digits it holds."""

    visible: bool
    enabled: bool
    digits: int


@dataclass(frozen=True, slots=True)
class PageView:
    """One look at the page.

    Attributes:
        url: address as the browser shows it, with query; never logged whole.
        kind: which page it is.
        fields: the known elements.
        status: HTTP status of the document, 0 when the browser does not tell.
        alert: text of a visible `role="alert"`.
        challenge: a CAPTCHA stands on the page and is not solved.
        json: body of a JSON answer shown instead of a page.
    """

    url: str
    kind: PageKind
    fields: Mapping[str, Field]
    status: int = 0
    alert: str = ""
    challenge: bool = False
    json: str = ""

    @property
    def bare_url(self) -> str:
        """The address without user, query and fragment, fit for logs and bundles."""
        parts = urlsplit(self.url)
        if not parts.netloc:
            return f"{parts.scheme}:" if parts.scheme else ""
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters, the first value of each."""
        return {key: values[0] for key, values in parse_qs(urlsplit(self.url).query).items()}


def view_of(url: str, raw: Mapping[str, Any], redirect_uri: str) -> PageView:
    """Build the view of a page from the snapshot script's answer."""
    fields = {name: Field(**field) for name, field in raw["fields"].items()}
    challenge = bool(raw["challenge"]) and not raw["solved"]
    kind = _kind(url, raw, fields, redirect_uri, challenge=challenge)
    return PageView(url, kind, fields, raw["status"], raw["alert"], challenge, raw["json"])


def is_error_page(raw: Mapping[str, Any]) -> bool:
    """Whether the browser shows its own page about a load that failed."""
    return str(raw["documentUri"]).startswith(("chrome-error:", "about:neterror", "about:certerror"))


def _kind(
    url: str, raw: Mapping[str, Any], fields: Mapping[str, Field], redirect_uri: str, *, challenge: bool
) -> PageKind:
    if is_redirect(url, redirect_uri):
        has_code = "code" in parse_qs(urlsplit(url).query)
        return PageKind.REDIRECT_CODE if has_code else PageKind.REDIRECT_ERROR
    if is_error_page(raw):
        return PageKind.UNREACHABLE
    if raw["documentUri"] == EMPTY_PAGE or raw["ready"] == "loading":
        return PageKind.LOADING
    if raw["json"]:
        return _by_error_status(int(raw["status"])) or PageKind.REFUSED
    by_field = _by_field(fields)
    if by_field is not None:
        return by_field
    return PageKind.CAPTCHA if challenge else _by_status(raw)


def _by_field(fields: Mapping[str, Field]) -> PageKind | None:
    order = (
        (PIN_FIELD, PageKind.PIN),
        (OTP_FIELD, PageKind.OTP),
        (MOBILE_FIELD, PageKind.MOBILE),
        (CONSENT, PageKind.CONSENT),
    )
    return next((kind for name, kind in order if fields[name].visible), None)


def _by_status(raw: Mapping[str, Any]) -> PageKind:
    by_error = _by_error_status(int(raw["status"]))
    if by_error is not None:
        return by_error
    if int(raw["status"]) >= 400:
        return PageKind.BLOCKED
    return PageKind.UNKNOWN if raw["ready"] == "complete" else PageKind.LOADING


def _by_error_status(status: int) -> PageKind | None:
    """The page for a status that says the same whatever stands below it."""
    if status == 429:
        return PageKind.THROTTLED
    if status == 403:
        return PageKind.BLOCKED
    return PageKind.MAINTENANCE if status >= 500 or status == 423 else None


def is_redirect(url: str, redirect_uri: str) -> bool:
    """Whether `url` is the app's registered redirect: same scheme, host, port and path."""
    here, registered = urlsplit(url), urlsplit(redirect_uri)
    return _origin(here) == _origin(registered) and (here.path or "/") == (registered.path or "/")


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    """Scheme, host and port as the browser compares them: case and a default port make no difference."""
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or usual


def is_broker_page(url: str, api_base_url: str) -> bool:
    """Whether secrets may be typed at `url`: the broker's own domain over https, or loopback for loopback."""
    here, api = urlsplit(url), urlsplit(api_base_url)
    if here.hostname is None or api.hostname is None:
        return False
    if is_loopback(api.hostname):
        return is_loopback(here.hostname)
    first, _, rest = api.hostname.partition(".")
    domain = rest if first.startswith("api") and "." in rest else api.hostname
    return here.scheme == "https" and (here.hostname == domain or here.hostname.endswith(f".{domain}"))


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine and nothing else."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
