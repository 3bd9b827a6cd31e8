"""What the terminal shows: the engine's status and the little that only the terminal knows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from vega_terminal.domain.instruments import NIFTY
from vega_terminal.domain.market import Dashboard
from vega_terminal.domain.slots import RouteKind
from vega_terminal.domain.status import AuthStatus, DatabaseStatus
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import DeskView, Phase
from vega_terminal.ui.views.message import Message

if TYPE_CHECKING:
    from vega_terminal.clock import Clock
    from vega_terminal.domain.events import Event
    from vega_terminal.domain.slots import LoginIdentity
    from vega_terminal.front_ports import Backstage
    from vega_terminal.ui.backstage import Connection, Running
    from vega_terminal.ui.facade import AppInfo, Engine

MOST_MESSAGES: Final = 300
"""Of the message list on LOGIN, which wraps them all anew whenever its width changes."""

MOST_LOGGED: Final = 20_000
"""Of LOG, which paints only what can be seen."""


class Session:
    """Lives on the event loop beside the App; knows no widget and nothing here waits."""

    def __init__(self, info: AppInfo, clock: Clock) -> None:
        self.info = info
        self.clock = clock
        self.phase = Phase.STARTING
        self.engine: Engine | None = None
        self.backstage: Backstage | None = None
        self.connection: Connection | None = None
        """To an engine elsewhere; None for one in this process."""
        self.dashboard = Dashboard()
        self.fed_at: datetime | None = None
        """When the broker last answered a market function besides the dashboard, UTC."""
        self.security = NIFTY
        """The present instrument: named on one market function, shown on all of them."""
        self._forgetting: list[Callable[[], None]] = []
        self._database = DatabaseStatus()
        self.began = clock.now()
        self.heard = 0
        """How many events there were: whoever shows what events lead to sees that there are more."""
        self.said = 0
        """How many messages there were, those included that are forgotten again."""
        self._messages: deque[Message] = deque(maxlen=MOST_MESSAGES)
        self._log: deque[Message] = deque(maxlen=MOST_LOGGED)
        for notice in info.notices:
            self.say(notice, Tone.WAIT)

    def attach(self, running: Running) -> None:
        """The engine exists from now on; its clock is the one that counts."""
        self.engine = running.engine
        self.backstage = running.backstage
        self.connection = running.connection
        self.clock = running.engine.clock

    def record(self, event: Event) -> str | None:
        """Remember an event in words; returns why the dashboard closes with it, if it does."""
        from vega_terminal.ui.views.messages import closing_of, message_for  # noqa: PLC0415 - no event, no words

        self.heard += 1
        why = closing_of(event)
        if why is not None:
            self._forget_market()
        message = message_for(event)
        if message is not None:
            self._tell(message)
        return why

    def when_gate_closes(self, forget: Callable[[], None]) -> None:
        """Call `forget` each time the gate closes: nothing of the broker's is kept then, seen or not."""
        self._forgetting.append(forget)

    def _forget_market(self) -> None:
        self.dashboard, self.fed_at = Dashboard(), None
        for forget in self._forgetting:
            forget()

    def say(self, text: str, tone: Tone = Tone.LABEL) -> None:
        """Add a message of the terminal's own."""
        self._tell(Message(self.clock.now(), tone, text))

    def said_since(self, said: int) -> tuple[Message, ...]:
        """The messages after the first `said` of this run, oldest first, as far as they are remembered."""
        return tuple(islice(self._log, max(0, len(self._log) - (self.said - said)), None))

    def _tell(self, message: Message) -> None:
        self._messages.append(message)
        self._log.append(message)
        self.said += 1

    def opening(self, database: DatabaseStatus) -> bool:
        """Remember how the database does before there is an engine; True when that is news."""
        news = (database.state, database.detail) != (self._database.state, self._database.detail)
        self._database = database
        return news

    @property
    def status(self) -> AuthStatus:
        """The engine's status; empty slots before there is one."""
        if self.engine is None:
            return replace(AuthStatus.for_names(self.info.slots), database=self._database)
        return self.engine.board.status

    @property
    def running(self) -> bool:
        """Whether a run is under way, so that leaving needs a question."""
        return self.status.running

    @property
    def elsewhere(self) -> bool:
        """Whether the engine, and with it the browser, is a server's."""
        return self.info.attached_to is not None

    @property
    def on_phone(self) -> frozenset[str]:
        """The slots whose tokens are approved on the phone; none before the engine runs."""
        slots = () if self.engine is None else self.engine.roster.slots
        return frozenset(slot.name for slot in slots if slot.route is RouteKind.PHONE)

    def spent(self) -> tuple[LoginIdentity, ...]:
        """Identities that sign in no more until a person re-arms them."""
        return () if self.engine is None else self.engine.spent()

    def view(self) -> DeskView:
        """Everything for one paint, taken now."""
        link = self.connection
        lost_since = None if link is None or self.phase is not Phase.RUNNING else link.lost_since
        return DeskView(
            info=self.info,
            now=self.clock.now(),
            status=self.status,
            phase=self.phase if lost_since is None else Phase.LOST,
            generate_blocked=self._generate_blocked(),
            spent=tuple(identity.label for identity in self.spent()),
            roster=None if self.engine is None else self.engine.roster,
            facts=None if self.engine is None else self.engine.facts,
            dashboard=self.dashboard,
            fed_at=self.fed_at,
            messages=tuple(self._messages),
            lost_since=lost_since,
            lost_because="" if link is None else safe_text(link.why),
        )

    def _generate_blocked(self) -> str | None:
        if self.engine is None or self.phase is not Phase.RUNNING:
            return f"The engine is {self.phase}."
        blocked = self.engine.generate_blocked()
        return None if blocked is None else safe_text(blocked)
