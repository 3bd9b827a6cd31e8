"""The moments of a sign-in that both sides can name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Marks:
    """Milliseconds from the start of a run.

    Attributes:
        browser_up: the browser takes commands.
        first_token, last_token: the first and the last slot's token is there and proven.
        browser_gone: the browser has ended and its profile is removed.
    """

    browser_up: float
    first_token: float
    last_token: float
    browser_gone: float

    @classmethod
    def since(cls, began: float, *moments: float) -> Self:
        """From readings of `time.perf_counter`."""
        return cls(*((moment - began) * 1000 for moment in moments))

    @property
    def phases(self) -> tuple[float, float, float, float]:
        """Starting the browser, signing in for the first token, all further tokens, ending the browser."""
        return (
            self.browser_up,
            self.first_token - self.browser_up,
            self.last_token - self.first_token,
            self.browser_gone - self.last_token,
        )
