"""Progress in words and as a bar: generated / total, nothing smoothed (contract section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vega_terminal.domain.status import AuthStatus


@dataclass(frozen=True, slots=True)
class Progress:
    """How many slots hold a token.

    Attributes:
        generated: None when nobody knows: the server that does is out of reach.
        total: how many slots there are.
    """

    generated: int | None
    total: int

    @property
    def text(self) -> str:
        """The contract's words."""
        generated = "?" if self.generated is None else self.generated
        return f"{generated} / {self.total} Access Tokens Generated"

    def filled(self, cells: int) -> int:
        """How many of `cells` the bar fills; full only when everything is generated."""
        return cells * (self.generated or 0) // self.total


def progress_of(status: AuthStatus, now: datetime, *, lost: bool = False) -> Progress:
    """The progress at `now` (UTC); `lost` when the engine that knows it is out of reach."""
    return Progress(None if lost else status.generated(now), len(status.slots))
