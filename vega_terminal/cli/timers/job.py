"""The program that a timer starts, and when."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from vega_terminal.domain.token import IST

ENV_FILE: Final = "--env-file"


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be started.

    Attributes:
        command: program and arguments, the program by its absolute path.
        at: time of the day, IST.
        again: shell command that prints this very timer, from whatever folder it is given.
        user: whom a timer of the whole machine runs it as; None for a timer of the present user.
    """

    command: tuple[str, ...]
    at: time
    again: str
    user: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class LocalTime:
    """The job's time on the clock of this host.

    Attributes:
        at: local time of the day.
        shift: days by which the local date differs from the one in IST: -1, 0 or 1.
    """

    at: time
    shift: int


@dataclass(frozen=True, slots=True)
class TimerText:
    """What is printed.

    Attributes:
        text: goes to a file or a pipe as it is.
        how: lines on how to install it.
        undo: lines on how to take it away again.
    """

    text: str
    how: tuple[str, ...]
    undo: tuple[str, ...]


def job_of(kind: str, env_file: Path | None, at: time, user: str | None) -> Job:
    """The warm-up by this very installation, with the settings file that would be read here.

    Args:
        kind: of the timer: systemd, cron or launchd.
        env_file: the one that was named, if any.
        at: time of the day, IST.
        user: whom a timer of the whole machine runs it as.
    """
    found = env_file if env_file is not None else Path(".env")
    settings = (ENV_FILE, str(found.absolute())) if env_file is not None or found.exists() else ()
    given = ("--time", f"{at:%H:%M}", *settings)
    command = (*_program(), "warmup", "run", "--scheduled", *given)
    for_whom = () if user is None else ("--user", user)
    again = shlex.join((*_program(), "warmup", "install", f"--{kind}", *for_whom, *given))
    return Job(command, at, again if settings else _from_here(again), user)


def _from_here(command: str) -> str:
    """Given in this folder, wherever it is pasted: elsewhere an .env may lie, and would be taken."""
    return f"(cd {shlex.quote(str(Path.cwd()))} && {command})"


def _program() -> tuple[str, ...]:
    script = Path(sys.executable).parent / "vega-auth"
    return (str(script),) if script.exists() else (sys.executable, "-m", "vega_terminal.cli")


def local_times(at: time, first: date) -> tuple[LocalTime, ...]:
    """Every local time that `at` IST has within a year from `first`: two where the host has summer time."""
    found = set()
    for day in (first + timedelta(days=count) for count in range(366)):
        local = datetime.combine(day, at, IST).astimezone()
        found.add(LocalTime(local.time(), (local.date() - day).days))
    return tuple(sorted(found))
