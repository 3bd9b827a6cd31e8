"""An engine that runs as it is told, on a real status board and a clock that can be moved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tests.engine.fake_clock import FakeClock
from tests.engine.rosters import roster as one_person
from vega_terminal.domain.calendar.days import CalendarOrigin, CalendarSource
from vega_terminal.domain.calendar.trading import TradingCalendar
from vega_terminal.domain.errors import BrokerError, StorageError
from vega_terminal.domain.events import Event, Noticed, RunFinished, RunStarted, SignInBegun
from vega_terminal.domain.execution import SlotResult, TokenExecutionRequest, TokenExecutionResult
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import IST, Verdict
from vega_terminal.domain.warmup import WarmUpRecord
from vega_terminal.engine.orchestrator import Execution
from vega_terminal.engine.ports.warmup import Calendars
from vega_terminal.engine.status_board import StatusBoard

SHIPPED: Final = CalendarOrigin.SHIPPED


@dataclass(frozen=True)
class Course:
    """How one run goes: how long it takes, why it fails, whether it comes to a sign-in."""

    seconds: float = 30.0
    failure: FailureKind | None = None
    signs_in: bool = False


class ScriptedHost:
    """Implements `WarmUpHost`; two runs at once are an error of the test.

    Attributes:
        courses: of the coming runs; the last one stays.
        begun: when each run began (IST), and who asked for it.
    """

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.board = _ReadyBoard(clock)
        self.roster = one_person([PRIMARY])
        self.courses: list[Course] = [Course()]
        self.begun: list[tuple[datetime, str]] = []
        self.holidays_asked = 0
        self.holidays_answer: CalendarSource | BrokerError = CalendarSource(CalendarOrigin.BROKER)
        self.said: list[str] = []
        self.board.watch(self._note)
        self._current: Execution | None = None

    def begin(self, request: TokenExecutionRequest) -> Execution:
        if self._current is not None and not self._current.result.done():
            return self._current
        name = f"run {len(self.begun) + 1}"
        self.begun.append((self.clock.now().astimezone(IST), request.requested_by))
        self.board.publish(RunStarted(self.clock.now(), name, request.requested_by))
        course = self.courses.pop(0) if len(self.courses) > 1 else self.courses[0]
        self._current = Execution(name, request, asyncio.create_task(self._run(name, course)))
        return self._current

    async def _run(self, name: str, course: Course) -> TokenExecutionResult:
        await self.clock.sleep(course.seconds)
        if course.signs_in:
            self.board.publish(SignInBegun(self.clock.now(), PRIMARY, "ann", "…3210"))
        failure = None if course.failure is None else Failure(course.failure, "Scripted.")
        verdict = Verdict.VALID if failure is None else Verdict.MISSING
        result = TokenExecutionResult(name, (SlotResult(PRIMARY, verdict, failure=failure),))
        self.board.publish(RunFinished(self.clock.now(), name, int(result.exit_code), result.summary))
        return result

    async def holidays(self) -> CalendarSource:
        self.holidays_asked += 1
        if isinstance(self.holidays_answer, BrokerError):
            raise self.holidays_answer
        return self.holidays_answer

    @property
    def warm_ups(self) -> list[str]:
        """The beginnings of the warm-ups, such as `Tue 06 08:00:00`."""
        return [f"{at:%a %d %H:%M:%S}" for at, who in self.begun if who == "warmup"]

    def _note(self, event: Event, _status: AuthStatus) -> None:
        if isinstance(event, Noticed):
            self.said.append(event.text)


class _ReadyBoard(StatusBoard):
    """A status that is ready when the test says so."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(AuthStatus.for_names((PRIMARY,)), clock)
        self.is_ready = False

    @property
    def status(self) -> AuthStatus:
        return _Ready(self._status.slots) if self.is_ready else self._status


class _Ready(AuthStatus):
    def ready(self, now: datetime) -> bool:
        return True


@dataclass
class Shelf:
    """Implements `CalendarShelf` in memory; the files have tests of their own."""

    sources: tuple[CalendarSource, ...] = ()
    problems: tuple[str, ...] = ()
    kept: CalendarSource | None = None
    kept_at: datetime | None = None
    clock: FakeClock | None = None

    async def read(self) -> Calendars:
        sources = self.sources if self.kept is None else (self.kept, *self.sources)
        return Calendars(TradingCalendar(sources), self.problems, self.kept_at)

    async def keep(self, source: CalendarSource) -> None:
        assert self.clock is not None
        self.kept, self.kept_at = source, self.clock.now()


@dataclass
class Records:
    """Implements `WarmUpRecords` in memory: what outlives a process."""

    record: WarmUpRecord | None = None
    is_broken: bool = False
    saved: list[WarmUpRecord] = field(default_factory=list)

    async def last(self) -> WarmUpRecord | None:
        return self.record

    async def save(self, record: WarmUpRecord) -> None:
        if self.is_broken:
            raise StorageError("The disk is full.")
        self.record = record
        self.saved.append(record)


class FreeTurn:
    """Implements `WarmUpTurn` for a machine with one process; `taken` by another one."""

    def __init__(self) -> None:
        self.taken = False
        self.fails = False

    @asynccontextmanager
    async def hold_if_free(self) -> AsyncIterator[bool]:
        if self.fails:
            raise StorageError("The file system cannot lock.")
        yield not self.taken
