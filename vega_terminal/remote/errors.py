"""Why a server cannot be spoken to."""

from __future__ import annotations

from typing import Final

from vega_terminal.domain.errors import VegaError

NOTHING_SENT: Final = "Nothing was sent."


def unsent(why: str) -> str:
    """`why`, which says once that nothing was sent."""
    return why if NOTHING_SENT in why else f"{why} {NOTHING_SENT}"


class ServerLost(VegaError):
    """The server cannot be reached now, or does not answer; whether it did what was asked is not known."""


class NotReached(ServerLost):
    """No connection could be made: the server has got nothing."""


class NotAttachable(VegaError):
    """Something answers, but it does not let this terminal in, or is not what it should be."""
