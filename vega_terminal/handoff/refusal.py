"""Why a token is not handed out, in words that say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from vega_terminal.domain.errors import VegaError


class TokenRefusal(StrEnum):
    """Why there is no token to be had."""

    UNKNOWN_SLOT = "UNKNOWN_SLOT"
    """The settings have no slot of that name."""
    MISSING = "MISSING"
    """None was generated, or it does not open."""
    EXPIRED = "EXPIRED"
    """Its day is over: tokens die at 03:30 IST."""
    REFUSED = "REFUSED"
    """The broker said that it is not valid."""
    UNREADABLE = "UNREADABLE"
    """Database and journal cannot be read, or not with this key."""
    NOT_AUDITED = "NOT_AUDITED"
    """The hand-out cannot be recorded."""
    SETTINGS = "SETTINGS"
    """The settings are wrong, so that nothing was looked at."""


class TokenUnavailable(VegaError):
    """No token is handed out; the sentence says why, and what to do.

    Attributes:
        slot: that was asked for; the first of several.
        refusal: why, for programs.
    """

    def __init__(self, slot: str, refusal: TokenRefusal, message: str) -> None:
        super().__init__(message)
        self.slot = slot
        self.refusal = refusal

    @classmethod
    def of_several(cls, errors: Sequence[TokenUnavailable]) -> TokenUnavailable:
        """One error that tells all of `errors`, a line each; as program values those of the first."""
        return cls(errors[0].slot, errors[0].refusal, "\n".join(map(str, errors)))
