"""Progress in words and as a bar: generated / total, nothing smoothed (contract section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vega_terminal.domain.status import AuthStatus


@dataclass(frozen=True, slots=True)
class Progress:
    """How many slots hold a token."""

    generated: int
    total: int

    @property
    def text(self) -> str:
        """The contract's words."""
        return f"{self.generated} / {self.total} Access Tokens Generated"

    def filled(self, cells: int) -> int:
        """How many of `cells` the bar fills; full only when everything is generated."""
        return cells * self.generated // self.total


def progress_of(status: AuthStatus, now: datetime) -> Progress:
    """The progress at `now` (UTC)."""
    return Progress(status.generated(now), len(status.slots))
