"""`vega-auth warmup show`: when the warm-up is next, what kind of day that is, and how the last one ended."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vega_terminal.cli.output import print_json, print_out
from vega_terminal.cli.plain_text import plain
from vega_terminal.cli.tone import Tone, toned
from vega_terminal.clock import SystemClock
from vega_terminal.domain.calendar.days import DayKind, TradingDay
from vega_terminal.domain.calendar.wording import day_in_words
from vega_terminal.domain.token import IST
from vega_terminal.domain.warmup import WarmUpRecord, WarmUpSchedule, WarmUpWindow
from vega_terminal.domain.warmup_wording import ALL_THE_SAME
from vega_terminal.engine.ports.warmup import Calendars
from vega_terminal.wiring import settings_of
from vega_terminal.wiring.warmup import warmup_files

_WIDTH = 14


async def show(options: argparse.Namespace) -> int:
    """Print it; reads files alone."""
    clock = SystemClock()
    async with settings_of(options.demo, options.env_file, os.environ) as settings:
        files = warmup_files(settings, clock)
        calendars, last = await files.calendars.read(), await files.records.last()
        at = options.time or settings.warmup_time
    schedule, now = WarmUpSchedule(at, calendars.calendar), clock.now()
    window = schedule.open_at(now)
    if window is None or (last is not None and last.serves(window)):
        window = schedule.next_after(now)
    if options.json:
        print_json(_document(window, calendars, last, now))
    else:
        _print(window, calendars, last, now)
    return 0


def _print(window: WarmUpWindow, calendars: Calendars, last: WarmUpRecord | None, now: datetime) -> None:
    known_through = calendars.calendar.known_through
    due_now = f", due now, until {_in_ist(window.until)}" if window.is_open(now) else ""
    _line("Next warm-up", f"{_in_ist(window.due)}{due_now}")
    _line("Local time", f"{window.due.astimezone():%a %d %b %Y %H:%M %Z}")
    end = f" {ALL_THE_SAME}" if window.day.kind is DayKind.HOLIDAY else ""
    _line("That day", f"{day_in_words(window.day, known_through)}{end}")
    reach = "nothing" if known_through is None else f"{known_through:%d %b %Y}"
    origins = ", ".join(source.origin for source in calendars.calendar.sources)
    _line("Calendar", f"known through {reach} ({origins})")
    for problem in calendars.problems:
        _line("", problem)
    _line("Last warm-up", _last_in_words(last))
    print_out(
        "A running vega-terminal or vega-auth serve makes it; without one, a timer:"
        " vega-auth warmup install.\n"
    )


def _line(label: str, text: str) -> None:
    print_out(f"{toned(f'{label:<{_WIDTH}}', Tone.LABEL)}{plain(text)}\n")


def _last_in_words(last: WarmUpRecord | None) -> str:
    if last is None:
        return "none is remembered"
    return f"{_in_ist(last.finished_at)}, exit code {last.exit_code}. {last.summary}"


def _in_ist(instant: datetime) -> str:
    return f"{instant.astimezone(IST):%a %d %b %Y %H:%M} IST"


def _document(
    window: WarmUpWindow, calendars: Calendars, last: WarmUpRecord | None, now: datetime
) -> dict[str, Any]:
    known_through = calendars.calendar.known_through
    return {
        "next": {
            "at": window.due.astimezone(IST).isoformat(),
            "atLocal": window.due.astimezone().isoformat(),
            "until": window.until.astimezone(IST).isoformat(),
            "dueNow": window.is_open(now),
            "day": _day_document(window.day),
        },
        "calendar": {
            "knownThrough": None if known_through is None else known_through.isoformat(),
            "sources": [source.origin.name for source in calendars.calendar.sources],
            "problems": list(calendars.problems),
        },
        "last": None if last is None else _last_document(last),
    }


def _day_document(day: TradingDay) -> Mapping[str, Any]:
    return {
        "date": day.day.isoformat(),
        "kind": day.kind.value,
        "name": day.name or None,
        "opens": None if day.hours is None else f"{day.hours.opens:%H:%M}",
        "closes": None if day.hours is None else f"{day.hours.closes:%H:%M}",
        "origin": None if day.origin is None else day.origin.name,
        "conflicts": list(day.conflicts),
    }


def _last_document(last: WarmUpRecord) -> Mapping[str, Any]:
    return {
        "due": None if last.due is None else last.due.astimezone(IST).isoformat(),
        "finishedAt": last.finished_at.astimezone(IST).isoformat(),
        "exitCode": last.exit_code,
        "summary": last.summary,
    }
