"""A board with something to watch, and a channel that remembers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import time, timedelta
from pathlib import Path

from tests.engine.fake_clock import FakeClock
from tests.engine.rosters import ANN, BOB, SIX, slot
from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import LoginIdentity, Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import Verdict, next_expiry
from vega_terminal.engine.status_board import StatusBoard
from vega_terminal.notices.channel import NotDelivered
from vega_terminal.notices.lookout import Lookout
from vega_terminal.notices.notice import Notice, NoticeKind
from vega_terminal.notices.reminder import TradingDays
from vega_terminal.notices.standing import read_standing
from vega_terminal.settings.values import DesktopNotices, NoticeSettings

NOBODY = NoticeSettings(DesktopNotices.OFF, None, None, time(8, 45), None)


class Remembering:
    """A channel that takes everything, or fails as told."""

    name = "the memory"
    key = "MEMORY"

    def __init__(self) -> None:
        self.taken: list[Notice] = []
        self.trouble: str | None = None

    async def deliver(self, notice: Notice) -> None:
        if self.trouble is not None:
            raise NotDelivered(self.trouble)
        self.taken.append(notice)

    @property
    def kinds(self) -> list[NoticeKind]:
        return [notice.kind for notice in self.taken]


class Watched:
    """What notices see of an engine, told by the test what happens."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        owners = {"PRIMARY": BOB}
        self.roster = Roster(tuple(slot(name, owners.get(name, ANN)) for name in SIX))
        self.board = StatusBoard(AuthStatus.for_names(SIX), clock)
        self.said: list[str] = []
        self.board.watch(self._hear)
        self.stopped: tuple[LoginIdentity, ...] = ()
        self.verified: Callable[[], None] = lambda: None

    def spent(self) -> tuple[LoginIdentity, ...]:
        return () if self.board.status.running else self.stopped

    async def verify(self) -> None:
        self.verified()

    def _hear(self, event: ev.Event, _status: AuthStatus) -> None:
        if isinstance(event, ev.Noticed):
            self.said.append(event.text)

    # --- what happens -----------------------------------------------------------------------------

    def tell(self, *events: ev.Event) -> None:
        for event in events:
            self.board.publish(event)

    def begin(self) -> None:
        self.tell(ev.RunStarted(self.clock.now(), "run", "test"))

    def finish(self, code: int, summary: str = "It is over.") -> None:
        now = self.clock.now()
        self.tell(ev.Settled(now), ev.RunFinished(now, "run", code, summary))

    def have(self, *names: str) -> None:
        """The slots hold valid tokens."""
        now = self.clock.now()
        for name in names:
            self.tell(ev.TokenLoaded(now, name, now, next_expiry(now), None, refused=False))
            self.tell(ev.SlotVerified(now, name, Verdict.VALID, None))

    def open_gate(self) -> None:
        now = self.clock.now()
        self.tell(ev.Settled(now), ev.GateProbed(now, None), ev.GateOpened(now))

    def fail(self, name: str, kind: FailureKind) -> None:
        now = self.clock.now()
        self.tell(ev.SlotFailed(now, name, Failure(kind, f"It was {kind}.")))

    def refuse(self, name: str) -> None:
        failure = Failure(FailureKind.TOKEN_REFUSED, "The broker refused it.", "UDAPI100050")
        self.tell(ev.SlotVerified(self.clock.now(), name, Verdict.INVALID, failure))

    def throttle(self, identity: LoginIdentity = ANN, seconds: float = 660) -> None:
        now = self.clock.now()
        until = now + timedelta(seconds=seconds)
        self.tell(ev.CooldownStarted(now, identity.key, identity.label, until, "Too early."))

    def lose_database(self) -> None:
        from vega_terminal.domain.progress import DatabaseState

        now = self.clock.now()
        self.tell(ev.DatabaseChanged(now, DatabaseState.LOCKED, 3, 1, "Locked by sqlite3 (process 4711)."))

    def regain_database(self) -> None:
        from vega_terminal.domain.progress import DatabaseState

        self.tell(ev.DatabaseChanged(self.clock.now(), DatabaseState.OK, 4, 0, ""))

    def cannot_read(self) -> None:
        raise StorageError("The database cannot be read.")


@asynccontextmanager
async def watching(
    watched: Watched,
    channel: Remembering,
    *,
    attended: bool = False,
    is_trading_day: TradingDays | None = None,
    record: Path | None = None,
) -> AsyncIterator[Lookout]:
    """Notices on one channel, as `noticing` puts them together."""
    told = frozenset() if record is None else read_standing(record, watched.clock.now())
    lookout = Lookout(NOBODY, watched, lambda: (channel,), record, told)
    lookout.attended = lambda: attended
    unwatch = watched.board.watch(lookout.heard)
    lookout.start(is_trading_day)
    try:
        yield lookout
    finally:
        unwatch()
        await lookout.close()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    assert not {task.get_name() for task in left} & {"notices", "reminder", "notice"}
