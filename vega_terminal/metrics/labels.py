"""The closed sets that label values come from. What is in none of them is `other`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.execution import ExitCode

OTHER: Final = "other"
REQUESTERS: Final = ("terminal", "attach", "cli", "rest", "warmup", "resume", OTHER)
"""Who asks for runs (`TokenExecutionRequest.requested_by`)."""
OUTCOMES: Final[Mapping[int, str]] = MappingProxyType(
    {
        ExitCode.OK: "ok",
        ExitCode.PARTIAL: "partial",
        ExitCode.CAPTCHA: "captcha",
        ExitCode.FATAL: "fatal",
    }
)
"""How a run ended, by its exit code."""
SIGN_IN_OUTCOMES: Final = ("token", "no_token")


def requester(text: str) -> str:
    """Who asked, as a label."""
    return text if text in REQUESTERS else OTHER


def outcome(exit_code: int) -> str:
    """How a run ended, as a label."""
    return OUTCOMES.get(exit_code, OTHER)
