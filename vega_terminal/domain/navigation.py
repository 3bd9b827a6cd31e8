"""Which areas of the product may be entered now, and why the others may not (contract section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.status import AuthStatus, Reason


class Area(StrEnum):
    """What a person can be looking at."""

    LOGIN = "LOGIN"
    ACCOUNT = "ACCOUNT"
    DASHBOARD = "DASHBOARD"


@dataclass(frozen=True, slots=True)
class Access:
    """Whether one area may be entered; `why_closed` is the sentence for the operator, None when open."""

    area: Area
    why_closed: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the area may be entered."""
        return self.why_closed is None


NO_TOKEN: Final = "No slot holds an access token yet."

WHY_NOT_READY: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.PRIMARY_MISSING: "PRIMARY has no access token yet.",
        Reason.PRIMARY_EXPIRED: "PRIMARY's access token has expired.",
        Reason.PRIMARY_REFUSED: "The broker refused PRIMARY's access token.",
        Reason.PROBE_PENDING: "PRIMARY is not confirmed yet.",
        Reason.PROBE_FAILED: "The broker did not confirm PRIMARY: verify again.",
    }
)
"""One sentence for each reason that keeps the gate shut."""


def open_screens(status: AuthStatus, now: datetime) -> tuple[Access, ...]:
    """Judge every area at `now` (UTC), in the order of the screens.

    LOGIN is always open; ACCOUNT needs some token; DASHBOARD needs readiness, which is never inferred
    from anything but the status (seed 3 sections 2 and 11).
    """
    some_token = status.generated(now) > 0
    why_no_dashboard = None if status.ready(now) else WHY_NOT_READY[status.reason(now)]
    return (
        Access(Area.LOGIN),
        Access(Area.ACCOUNT, None if some_token else NO_TOKEN),
        Access(Area.DASHBOARD, why_no_dashboard),
    )


def access_to(area: Area, status: AuthStatus, now: datetime) -> Access:
    """Judge one area at `now` (UTC)."""
    return next(access for access in open_screens(status, now) if access.area is area)
