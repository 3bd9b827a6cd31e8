"""Who may ask at all: each check looks at the head of a request and names a problem, or none."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final

from vega_terminal.api.head import Head
from vega_terminal.api.limits import Limits
from vega_terminal.api.problems import (
    FOREIGN_ORIGIN,
    HEAD_TOO_LARGE,
    NOT_JSON,
    TOO_LARGE,
    UNAUTHORIZED,
    WRONG_HOST,
    Problem,
)
from vega_terminal.domain.secret import Secret
from vega_terminal.loopback.place import Place

OPEN_TO_ALL: Final = ("GET", "/healthz")
"""The only request that needs no token."""
_NOT_FROM_A_PAGE: Final = frozenset({"none", "same-origin"})
_UTF8: Final = frozenset({"", "charset=utf-8", 'charset="utf-8"'})


@dataclass(frozen=True, slots=True)
class Access:
    """What lets a request in.

    Attributes:
        place: where it must have been sent to.
        token: that it must carry.
    """

    place: Place
    token: Secret


def shows_token(head: Head, token: Secret) -> bool:
    """Whether a request carries the token; compared in constant time."""
    shown = head.values(b"authorization")
    scheme, _, text = shown[0].partition(" ") if len(shown) == 1 else ("", "", "")
    right = hmac.compare_digest(text.strip(" ").encode(), token.reveal().encode())
    return right and scheme.lower() == "bearer"


def problem_of(head: Head, place: Place, limits: Limits, *, is_known: bool) -> Problem | None:
    """The first thing that is wrong with a request; whoever has no token learns nothing further.

    Args:
        head: of the request.
        place: where it must have been sent to.
        limits: of its size.
        is_known: whether it carries the token.
    """
    return (
        _long_head(head, limits)
        or _wrong_host(head, place)
        or _foreign_origin(head, place)
        or _no_token(head, is_known=is_known)
        or _wrong_body(head, limits)
    )


def _long_head(head: Head, limits: Limits) -> Problem | None:
    """The server itself only counts a head that has not come to its end yet."""
    return HEAD_TOO_LARGE if head.bytes > limits.header_bytes else None


def _wrong_host(head: Head, place: Place) -> Problem | None:
    """A foreign name may be made to lead here (DNS rebinding); its pages would be at home here then."""
    hosts = head.values(b"host")
    return None if len(hosts) == 1 and hosts[0] in place.authorities else WRONG_HOST


def _foreign_origin(head: Head, place: Place) -> Problem | None:
    """Browsers say whose page asks; programs say nothing."""
    own = {f"http://{authority}" for authority in place.authorities}
    at_home = own.issuperset(head.values(b"origin"))
    typed = _NOT_FROM_A_PAGE.issuperset(head.values(b"sec-fetch-site"))
    return None if at_home and typed else FOREIGN_ORIGIN


def _no_token(head: Head, *, is_known: bool) -> Problem | None:
    return None if is_known or (head.method, head.path) == OPEN_TO_ALL else UNAUTHORIZED


def _wrong_body(head: Head, limits: Limits) -> Problem | None:
    """Of a body that is only announced; it is counted again while it comes."""
    types = head.values(b"content-type")
    if (head.announces_body or types) and not (len(types) == 1 and _is_json(types[0])):
        return NOT_JSON
    if {"", "identity"}.isdisjoint({*head.values(b"content-encoding")} or {""}):
        return NOT_JSON
    return TOO_LARGE if head.announced_bytes > limits.body_bytes else None


def _is_json(content_type: str) -> bool:
    media_type, _, parameter = content_type.partition(";")
    return media_type.strip().lower() == "application/json" and parameter.strip().lower() in _UTF8
