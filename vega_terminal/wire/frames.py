"""What comes down the stream: what was missed, a snapshot, the open questions, then every change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vega_terminal.domain.status import AuthStatus
from vega_terminal.wire.about import About
from vega_terminal.wire.events import Told


class FrameKind(StrEnum):
    """The `event` field of each server-sent event."""

    MISSED = "missed"
    """A `Told` that happened while the terminal was away."""
    SNAPSHOT = "snapshot"
    CHANGE = "change"
    ASKED = "asked"
    CLOSED = "closed"
    BEAT = "beat"


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be done now.

    Attributes:
        blocked: why nothing can be generated; None when it can.
        cooling_until: end of the cooldown that `blocked` tells of, UTC; its sentence then counts down.
        spent: keys of identities that sign in no more until a person re-arms them.
    """

    blocked: str | None
    cooling_until: datetime | None
    spent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything as it is at `now` (UTC, the server's clock)."""

    now: datetime
    about: About
    status: AuthStatus
    standing: Standing


@dataclass(frozen=True, slots=True)
class Change:
    """An event with the status that it led to."""

    told: Told
    status: AuthStatus
    standing: Standing


@dataclass(frozen=True, slots=True)
class Beat:
    """The server is there at `now` (UTC, its clock)."""

    now: datetime
    standing: Standing
