"""Parsers of what must not be shown, and of addresses. No message repeats the text of a secret."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from vega_terminal.domain.secret import Secret
from vega_terminal.settings.addresses import is_loopback
from vega_terminal.settings.parsers import BadValue, shown

_MOBILE: Final = re.compile(r"(?:\+91)?([0-9]{10})")
_PIN: Final = re.compile(r"[0-9]{6}")
_NOTIFIER_PATH: Final = re.compile(r"(?=.*[A-Za-z0-9_-]{16})(/[A-Za-z0-9_-]+)+")
_SEED_LENGTH: Final = 16
_DATABASE: Final = re.compile(r"/?([0-9]{1,5}/?)?\?")
_SOCKET_DATABASE: Final = re.compile(r"\?(db=[0-9]{1,5})?")
_REDIS_CURE: Final = (
    "Write rediss://user:password@host:6379/0, redis:// without TLS, or unix:///path/to/redis.sock?db=0 for a"
    " socket on this machine; % and @ in a password as %25 and %40."
)


def mobile(text: str) -> Secret:
    """Ten digits; spaces, hyphens and a leading +91 are dropped, because the login page wants none."""
    found = _MOBILE.fullmatch(_close_up(text))
    if found is None:
        raise BadValue(
            "It is not a mobile number of ten digits.", "Write the ten digits, such as 9876543210."
        )
    return Secret(found[1])


def pin(text: str) -> Secret:
    """Six digits."""
    if _PIN.fullmatch(text) is None:
        raise BadValue("It is not a PIN of six digits.", "Write the digits that the login page asks for.")
    return Secret(text)


def totp_secret(text: str) -> Secret:
    """An authenticator's base32 seed, in capitals without spaces and padding."""
    seed = _close_up(text).upper().rstrip("=")
    try:
        base64.b32decode(seed + "=" * (-len(seed) % 8))
    except (binascii.Error, ValueError):
        seed = ""
    if len(seed) < _SEED_LENGTH:
        raise BadValue(
            f"It is no authenticator secret: {_SEED_LENGTH} or more letters A-Z and digits 2-7 (base32).",
            "Write the text that stood beside the QR code, not the six digits that change.",
        )
    return Secret(seed)


def _close_up(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def client_id(text: str) -> str:
    """An app's API key."""
    return credential(text).reveal()


def credential(text: str) -> Secret:
    """A key as the broker shows it: printable ASCII in one piece."""
    if not text.isascii() or " " in text:
        raise BadValue(
            "It holds a space or a letter outside ASCII, which no key of the broker does.",
            "Copy it again from the app's page at the broker.",
        )
    return Secret(text)


def redirect_uri(text: str) -> str:
    """The app's redirect URI, kept to the letter (broker docs: authorize)."""
    parts = _web_address(text)
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise BadValue(
            f"{shown(text)} would carry the authorization code over the network in clear.",
            "Use https, or http on 127.0.0.1 or localhost, and register exactly that with the broker.",
        )
    return text


def api_base_url(text: str) -> str:
    """Scheme and host of the broker's API, without a slash at the end."""
    parts = _web_address(text)
    if parts.path.strip("/") or parts.query:
        raise BadValue(
            f"{shown(text)} has a path or a query after the host.",
            "Write only scheme and host, such as https://api.upstox.com.",
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise BadValue(
            f"{shown(text)} would carry secrets and tokens over the network in clear.",
            "Use https; http is for a simulated broker on 127.0.0.1 or localhost.",
        )
    return text.rstrip("/?")


def webhook(text: str) -> Secret:
    """Address of a service of the operator's own; may hold a secret."""
    parts = _split(text)
    if parts is None or parts.scheme not in ("http", "https") or parts.fragment:
        raise BadValue(
            "It is not an absolute http or https address.",
            "Write it in full, such as https://hooks.example.com/services/1.",
        )
    return Secret(text)


def notifier_path(text: str) -> Secret:
    """Path at which the broker's answers are taken; what cannot be guessed in it is all that guards them."""
    if _NOTIFIER_PATH.fullmatch(text) is None:
        raise BadValue(
            "It is not a path that nobody can guess.",
            "Write / and 16 or more letters, digits, - or _ (more / are allowed), such as the output of:"
            " python3 -c 'import secrets; print(\"/upstox/\" + secrets.token_urlsafe(24))'",
        )
    return Secret(text)


def _web_address(text: str) -> SplitResult:
    parts = _split(text)
    if parts is None or parts.scheme not in ("http", "https") or parts.username is not None:
        raise BadValue(
            "It is not an absolute http or https address without a user name.",
            "Write it in full, such as https://127.0.0.1:28020/callback.",
        )
    if "#" in text:
        raise BadValue(f"{shown(text)} has a fragment.", "Take away the # and what follows it.")
    return parts


def redis_url(text: str) -> Secret:
    """Address of a Redis server; may hold a password."""
    parts = _redis_parts(text)
    if parts is None:
        raise BadValue("It is not the address of a Redis server.", _REDIS_CURE)
    local = parts.scheme == "unix"
    form, behind = (_SOCKET_DATABASE, "") if local else (_DATABASE, parts.path)
    if parts.fragment or form.fullmatch(f"{behind}?{parts.query}") is None:
        raise BadValue(
            "What follows the server's place is not the number of one of its databases.", _REDIS_CURE
        )
    return Secret(text)


def _redis_parts(text: str) -> SplitResult | None:
    """The parts of an address over the network, or of a socket; None for anything else."""
    parts = _split(text)
    if parts is not None and parts.scheme in ("redis", "rediss"):
        return parts
    try:
        local = urlsplit(text)
    except ValueError:
        return None
    sound = local.scheme == "unix" and not local.hostname and local.path.startswith("/")
    return local if sound and text.isascii() and text.isprintable() else None


def _split(text: str) -> SplitResult | None:
    """The parts of an address with a host and a possible port; None for anything else."""
    try:
        parts = urlsplit(text)
        sound = bool(parts.hostname) and parts.port != 0 and text.isascii() and " " not in text
    except ValueError:
        return None
    return parts if sound else None
