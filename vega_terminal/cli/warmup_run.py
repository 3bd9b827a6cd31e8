"""`vega-auth warmup run`: the warm-up as a program of its own, for timers and by hand."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from vega_terminal.cli.output import print_json, print_out, print_table, say
from vega_terminal.cli.prompts import NobodyThere
from vega_terminal.cli.settings import command_settings, telling_failure
from vega_terminal.cli.stopping import until_stopped
from vega_terminal.clock import Clock, SystemClock
from vega_terminal.domain.document import status_document
from vega_terminal.domain.events import Event
from vega_terminal.domain.execution import ExitCode, TokenExecutionResult
from vega_terminal.domain.status import AuthStatus, DatabaseStatus
from vega_terminal.domain.warmup import WarmUpRecord, WarmUpSchedule, WarmUpWindow
from vega_terminal.domain.warmup_wording import remarks
from vega_terminal.domain.wording import words_for
from vega_terminal.engine.calendar_desk import CalendarDesk
from vega_terminal.engine.engine import Engine
from vega_terminal.engine.warmup_run import REQUESTED_BY, WarmUpRun
from vega_terminal.logs import log_events
from vega_terminal.notices.questions import WatchedPrompts
from vega_terminal.settings.values import Settings
from vega_terminal.wiring import accompanied, running_engine
from vega_terminal.wiring.warmup import WarmUpFiles, warmup_files

NETWORK_PATIENCE: Final = timedelta(minutes=15)
"""How long a network that is not up yet is waited for, as right after the machine was started."""
DATABASE_PATIENCE_SECONDS: Final = 900.0
"""How long a database that another program holds is waited for: the market does not open that soon."""
TURN_PATIENCE_SECONDS: Final = 900.0
"""How long another warm-up of this machine is waited for."""
_BUSY: Final = (
    "Another VEGA process of this machine has been making the warm-up for more than 15 minutes. Nothing was"
    " started here. See what it waits for: vega-auth status."
)
_EARLY: Final = timedelta(minutes=1)
"""A timer may be a little early; its run is that of the coming minute all the same."""


async def run(options: argparse.Namespace) -> int:
    """Make the warm-up; with `--scheduled` only when one is due and not made yet."""
    async with telling_failure(options), command_settings(options) as settings:
        teller, clock = _Teller(silent=options.scheduled, as_json=options.json), SystemClock()
        files = warmup_files(settings, clock)
        async with _turn(files, clock, teller) as ours:
            if not ours:
                return teller.without_result(ExitCode.PARTIAL, _BUSY)
            window = await _open_window(options, settings, files, clock)
            made = await files.records.last() if window is not None else None
            if options.scheduled and (window is None or (made is not None and made.serves(window))):
                return _nothing_to_do(made, teller)
            return await _with_engine(options, settings, files, window, teller)


class _Teller:
    """Tells on stderr; the silent one keeps everything until something fails."""

    def __init__(self, *, silent: bool, as_json: bool) -> None:
        self._silent = silent
        self._as_json = as_json
        self._kept: list[str] = []
        self._of_database = ""

    def __call__(self, text: str) -> None:
        if self._silent:
            self._kept.append(text)
        else:
            say(text)

    def event(self, event: Event, _status: AuthStatus) -> None:
        """Tell of an event."""
        words = words_for(event)
        if words is not None:
            self(words)

    def database(self, database: DatabaseStatus) -> None:
        """Tell once what keeps the database from being opened."""
        if database.detail != self._of_database:
            self._of_database = database.detail
            self(f"Waiting for the database. {database.detail}")

    def all(self) -> None:
        """Tell what was kept, and everything from now on."""
        self._silent = False
        for text in self._kept:
            say(text)
        self._kept.clear()

    def without_result(self, code: int, why: str) -> int:
        """There is no result, for this reason; returns the exit code."""
        if code != ExitCode.OK:
            self.all()
        if self._as_json:
            print_json({"executionId": None, "exitCode": int(code), "summary": why, "slots": []})
        else:
            self(why)
        return code


@asynccontextmanager
async def _turn(files: WarmUpFiles, clock: Clock, teller: _Teller) -> AsyncIterator[bool]:
    """Wait until no other process of this machine makes its warm-up; yields whether it is our turn."""
    deadline, told = clock.monotonic() + TURN_PATIENCE_SECONDS, False
    while True:
        async with files.turn.hold_if_free() as held:
            if held or clock.monotonic() >= deadline:
                yield held
                return
        if not told:
            told = True
            teller("Another VEGA process of this machine makes the warm-up. Waiting for it.")
        await clock.sleep(1.0)


async def _open_window(
    options: argparse.Namespace, settings: Settings, files: WarmUpFiles, clock: Clock
) -> WarmUpWindow | None:
    calendar = (await files.calendars.read()).calendar
    return WarmUpSchedule(options.time or settings.warmup_time, calendar).open_at(clock.now() + _EARLY)


def _nothing_to_do(made: WarmUpRecord | None, teller: _Teller) -> int:
    if made is None:
        return teller.without_result(ExitCode.OK, "No warm-up is due.")
    return teller.without_result(made.exit_code, f"It was made already. {made.summary}")


async def _with_engine(
    options: argparse.Namespace,
    settings: Settings,
    files: WarmUpFiles,
    window: WarmUpWindow | None,
    teller: _Teller,
) -> int:
    prompts = WatchedPrompts(NobodyThere())
    async with (
        running_engine(
            settings,
            prompts,
            teller.database,
            front_end=REQUESTED_BY,
            patience=DATABASE_PATIENCE_SECONDS,
            reading_patience=DATABASE_PATIENCE_SECONDS,
        ) as engine,
        accompanied(settings, engine, prompts),
    ):
        log_events(engine.board)
        engine.board.watch(teller.event)
        await engine.start()
        result = await until_stopped(engine, _made(engine, files, window), prompts)
        if result is None:
            return teller.without_result(ExitCode.PARTIAL, "Stopped.")
        _print(engine, result, teller, options)
        return result.exit_code


async def _made(engine: Engine, files: WarmUpFiles, window: WarmUpWindow | None) -> TokenExecutionResult:
    """The warm-up itself; what it opened the dashboard for is used to ask for the holidays."""
    desk, now = CalendarDesk(engine, files.calendars), engine.board.now()
    calendar = await desk.calendar()
    for remark in () if window is None else remarks(window, now, calendar.known_through):
        engine.board.say(remark)
    due = None if window is None else window.due
    result = await WarmUpRun(engine, files.records).make(due, now + NETWORK_PATIENCE)
    await desk.ask_broker()
    return result


def _print(
    engine: Engine, result: TokenExecutionResult, teller: _Teller, options: argparse.Namespace
) -> None:
    now, good = engine.board.now(), result.exit_code is ExitCode.OK
    if not good:
        teller.all()
    if options.json:
        print_json(result.document() | {"status": status_document(engine.board.status, now)})
    elif not (options.scheduled and good):
        print_table(engine.board.status, now)
        print_out(f"{result.summary}\n")
