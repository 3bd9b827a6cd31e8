"""Hears every event, and calls the attendant when one of them is worth a notice."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Final

from vega_terminal.domain import events as ev
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.defects import defect

if TYPE_CHECKING:
    from pathlib import Path

    from vega_terminal.domain.status import AuthStatus
    from vega_terminal.notices.attendant import Attendant
    from vega_terminal.notices.channel import Channel
    from vega_terminal.notices.delivery import Delivery
    from vega_terminal.notices.questions import Question
    from vega_terminal.notices.reminder import TradingDays
    from vega_terminal.notices.standing import Key
    from vega_terminal.notices.watched_engine import WatchedEngine
    from vega_terminal.settings.values import NoticeSettings

_SILENT: Final = (
    ev.RunStarted,
    ev.VerificationStarted,
    ev.TokenLoaded,
    ev.Settled,
    ev.GateProbed,
    ev.GateOpened,
    ev.Noticed,
)
"""With good verdicts and a good end, all that is told by a run in which there is nothing to do."""

_MONITOR: Final = "The monitor of VEGA_DEAD_MAN_URL could not be told how the run ended."


def is_silent(event: ev.Event) -> bool:
    """Whether nobody has to be told of `event` unless something else happened before."""
    if isinstance(event, ev.SlotVerified):
        return event.verdict is Verdict.VALID
    if isinstance(event, ev.RunFinished):
        return event.exit_code == 0
    return isinstance(event, _SILENT)


class Lookout:
    """Never does anything itself where the engine waits for it: it notes, and a task of its own works.

    Attributes:
        attended: whether somebody is there to be asked.
    """

    def __init__(
        self,
        settings: NoticeSettings,
        engine: WatchedEngine,
        open_channels: Callable[[], Sequence[Channel]],
        record: Path | None = None,
        told: frozenset[Key] = frozenset(),
    ) -> None:
        """Look out for what people should know.

        Args:
            settings: who is told.
            engine: of which they should know it.
            open_channels: makes the ways to them.
            record: where it is kept what they were told; None for nowhere.
            told: what they were told by an earlier process, and may still be so.
        """
        self.attended: Callable[[], bool] = lambda: False
        self._settings = settings
        self._engine = engine
        self._open_channels = open_channels
        self._noted: deque[Callable[[], None]] = deque()
        self._wake = asyncio.Event()
        self._record = record
        self._told = told
        self._calm = not told
        self._broken = False
        self._delivery: Delivery | None = None
        self._attendant: Attendant | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, is_trading_day: TradingDays | None) -> None:
        """Begin to work on what is noted, and to wait for the time of the reminder, if there is one."""
        self._keep(self._work(), "notices")
        if is_trading_day is not None:
            self._keep(self._remind(is_trading_day), "reminder")

    def heard(self, event: ev.Event, status: AuthStatus) -> None:
        """Watches the board."""
        if isinstance(event, ev.RunFinished) and self._settings.dead_man is not None:
            well = event.exit_code == 0 and status.complete(event.at)
            if well or event.exit_code != 0:  # a good run of some slots is neither
                self._note(lambda: self._call_monitor(well=well))
        if self._calm and is_silent(event):
            return
        self._calm = False
        self._note(lambda: self._call_attendant().heard(event, status))

    def asked(self, question: Question) -> Callable[[], None]:
        """Listens to the prompts."""
        self._calm = False
        ends: list[Callable[[], None]] = []
        self._note(lambda: ends.append(self._call_attendant().asked(question)))

        def answered() -> None:
            ends[0]()

        return lambda: self._note(answered)

    def stopping(self, by_operator: bool) -> None:
        """Listens to whoever stops the run under way."""
        self._calm = False
        self._note(lambda: self._call_attendant().stopping(by_operator=by_operator))

    async def close(self) -> None:
        """Work on what is noted, deliver what is worth it, and end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._keep(self._finish(), "last notices")
        await asyncio.wait({self._tasks[-1]})

    async def _finish(self) -> None:
        self._take_all()
        if self._attendant is not None:
            self._attendant.close(self._engine.board.status)
        if self._delivery is not None:
            await self._delivery.close()
        if self._attendant is not None and self._record is not None:
            await self._keep_record(self._record, self._attendant.standing())

    async def _keep_record(self, record: Path, standing: frozenset[Key]) -> None:
        """For the next process. What nobody heard of, that one shall tell again."""
        if self._delivery is not None and self._delivery.unheard:
            standing &= self._told
        if standing == self._told:
            return
        from vega_terminal.notices.standing import write_standing  # noqa: PLC0415 - something happened

        try:
            await asyncio.to_thread(write_standing, record, standing, self._engine.clock.now())
        except OSError as error:
            self._engine.board.say(
                f"{record} cannot be written ({error.strerror}), so the next run may repeat a notice."
            )

    def _note(self, work: Callable[[], None]) -> None:
        if not self._broken:
            self._noted.append(work)
            self._wake.set()

    async def _work(self) -> None:
        while True:
            await self._woken()
            self._wake.clear()
            self._take_all()
            if self._attendant is not None:
                self._attendant.tell_due()

    async def _woken(self) -> None:
        """Until something is noted, or an episode is to be told."""
        waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._wake.wait())}
        pause = None if self._attendant is None else self._attendant.pause()
        if pause is not None:
            waits.add(asyncio.ensure_future(self._engine.clock.sleep(pause)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def _take_all(self) -> None:
        while self._noted:
            self._noted.popleft()()

    def _call_attendant(self) -> Attendant:
        if self._attendant is None:
            from vega_terminal.notices.attendant import Attendant  # noqa: PLC0415 - something happened

            self._attendant = Attendant(self._engine, self._deliveries(), self._is_attended, self._told)
        return self._attendant

    def _is_attended(self) -> bool:
        return self.attended()

    def _deliveries(self) -> Delivery:
        if self._delivery is None:
            from vega_terminal.notices.delivery import Delivery  # noqa: PLC0415 - something happened

            self._delivery = Delivery(self._open_channels, self._engine.board.say)
        return self._delivery

    def _call_monitor(self, *, well: bool) -> None:
        from vega_terminal.notices.dead_man import ping  # noqa: PLC0415 - only where it is wanted

        if self._settings.dead_man is not None:
            work = ping(self._settings.dead_man, self._engine.clock, well=well)
            self._deliveries().do("VEGA_DEAD_MAN_URL", work, _MONITOR)

    async def _remind(self, is_trading_day: TradingDays) -> None:
        from vega_terminal.notices.reminder import Reminder  # noqa: PLC0415 - only where there is one

        async def remind() -> None:
            await self._call_attendant().remind()

        reminder = Reminder(self._settings.reminder, is_trading_day, self._engine.clock, remind)
        await reminder.run()

    def _keep(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._ended)
        self._tasks.append(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Work that broke off is told; the engine knows nothing of it."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._broken = True
            self._noted.clear()
            self._engine.board.say(f"Notices are no longer sent. {defect(error).message}")
