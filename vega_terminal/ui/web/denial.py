"""Why a request is turned away, in words; nothing else is told to whoever has no token."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from vega_terminal.loopback.place import Place

_OWN_PAGE: Final = frozenset({None, "none", "same-origin"})
"""What browsers say in Sec-Fetch-Site of an address that was typed or belongs to the page itself."""


class Denial(Enum):
    """The reasons: HTTP status, what happened, what to do."""

    NO_TOKEN = (
        401,
        "This page needs the token of this start.",
        "Open the link that vega-terminal serve printed last. A one-time link opens one page.",
    )
    WRONG_HOST = (
        421,
        "This address leads here, but it is not the one that is served.",
        "Open the printed address exactly as it is, with its port.",
    )
    FOREIGN_PAGE = (
        403,
        "Another page asked for this one.",
        "Open the printed address in a window of its own.",
    )

    def __init__(self, status: int, happened: str, cure: str) -> None:
        self.status = status
        self.happened = happened
        self.cure = cure


def denial_of_address(headers: Mapping[str, str], place: Place) -> Denial | None:
    """Turn away what was not meant for `place`: a foreign name that was made to lead here (DNS rebinding).

    Args:
        headers: of the request, their names without regard to case.
        place: what is served.
    """
    if headers.get("Host") != place.authority:
        return Denial.WRONG_HOST
    if headers.get("Origin") not in {None, place.origin}:
        return Denial.FOREIGN_PAGE
    return None


def denial_of_page(headers: Mapping[str, str], *, may_enter: bool) -> Denial | None:
    """Turn away who has no token, and what some other page asks for in the name of who has."""
    if not may_enter:
        return Denial.NO_TOKEN
    return None if headers.get("Sec-Fetch-Site") in _OWN_PAGE else Denial.FOREIGN_PAGE
