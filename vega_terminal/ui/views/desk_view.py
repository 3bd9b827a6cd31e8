"""The one value that every widget is painted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from vega_terminal.domain.market import Dashboard
from vega_terminal.domain.navigation import Access, Area, open_screens

if TYPE_CHECKING:
    from vega_terminal.domain.lifecycle import LoginState
    from vega_terminal.domain.slots import Roster
    from vega_terminal.domain.status import AuthStatus
    from vega_terminal.engine.facts import EngineFacts
    from vega_terminal.ui.facade import AppInfo
    from vega_terminal.ui.views.message import Message

EMPTY: Final = Dashboard()
"""Nothing was seen of the market yet."""
SERVER_LOST: Final = "The server cannot be reached."


class Phase(StrEnum):
    """How the engine does, as the terminal sees it."""

    STARTING = "starting"
    RUNNING = "running"
    LOST = "out of reach"
    FAILED = "failed"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class DeskView:
    """Everything that one paint needs, taken at one instant.

    Attributes:
        info: what was known before anything ran.
        now: the instant of this paint, UTC.
        status: the engine's status; before the engine runs, that of empty slots.
        phase: how the engine does.
        generate_blocked: why generating is not allowed now; None when it is.
        spent: labels of identities that sign in no more until a person re-arms them.
        roster: the configured slots, once the engine runs.
        facts: where the engine's answers and secrets come from, once it runs.
        dashboard: what was last seen of the market.
        fed_at: when the broker last answered another market function, UTC.
        messages: the last messages, oldest first.
        lost_since: since when an engine elsewhere cannot be reached, UTC; None while it can.
        lost_because: why it cannot be reached.
    """

    info: AppInfo
    now: datetime
    status: AuthStatus
    phase: Phase
    generate_blocked: str | None = None
    spent: tuple[str, ...] = ()
    roster: Roster | None = None
    facts: EngineFacts | None = None
    dashboard: Dashboard = EMPTY
    fed_at: datetime | None = None
    messages: tuple[Message, ...] = ()
    lost_since: datetime | None = None
    lost_because: str = ""

    @property
    def state(self) -> LoginState | None:
        """Where the login stands; None when the engine that knows it cannot be reached."""
        return self.status.state if self.lost_since is None else None

    @property
    def areas(self) -> tuple[Access, ...]:
        """Which screens are open now."""
        return open_screens(self.status, self.now)

    def why_closed(self, area: Area) -> str | None:
        """Why an area may not be entered now; None when it may."""
        why = next(access.why_closed for access in self.areas if access.area is area)
        # What is said of the tokens is not known then.
        return why if why is None or self.lost_since is None else SERVER_LOST

    @property
    def why_no_verify(self) -> str | None:
        """Why verifying is not possible now; None when it is."""
        if self.phase is not Phase.RUNNING:
            return f"The engine is {self.phase}."
        return "A run verifies by itself." if self.status.running else None
