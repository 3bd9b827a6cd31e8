"""Why a server cannot be spoken to."""

from __future__ import annotations

from vega_terminal.domain.errors import VegaError


class ServerLost(VegaError):
    """The server cannot be reached now, or does not answer; whether it did what was asked is not known."""


class NotAttachable(VegaError):
    """Something answers, but it does not let this terminal in, or is not what it should be."""
