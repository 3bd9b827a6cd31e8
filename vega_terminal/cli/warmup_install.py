"""`vega-auth warmup install`: print a timer for the warm-up. Prints only, and holds no secret."""

from __future__ import annotations

import argparse
import os
import re
import sys
from datetime import time
from pathlib import Path
from typing import Final

from vega_terminal.cli.output import print_json, print_out, say
from vega_terminal.cli.timers.cron import cron_lines
from vega_terminal.cli.timers.job import ENV_FILE, Job, TimerText, job_of, local_times
from vega_terminal.cli.timers.launchd import launchd_list
from vega_terminal.cli.timers.systemd import systemd_script
from vega_terminal.clock import SystemClock
from vega_terminal.domain.errors import SettingsError, UsageError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.token import IST
from vega_terminal.wiring import settings_of

_USER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")
_USUAL: Final = time(8, 0)
_RUNS_SYSTEMD: Final = Path("/run/systemd/system")


async def install(options: argparse.Namespace) -> int:
    """Print the text on stdout, how to install and undo it on stderr.

    Raises:
        UsageError: there can be no user of that name.
    """
    if options.user is not None and not _USER.fullmatch(options.user):
        raise UsageError("--user: that is no name of a user.")
    kind = options.timer or _usual_timer()
    at = options.time or await _time_of_settings(options)
    job = job_of(kind, options.env_file, at, options.user)
    found = _text(kind, job)
    if options.json:
        print_json({"timer": kind, "text": found.text, "install": list(found.how), "undo": list(found.undo)})
    else:
        print_out(found.text)
    for line in (*found.how, *found.undo, *_needs_of_user(job), *_no_settings_file(job), *_unseen_settings()):
        say(line)
    return ExitCode.OK


def _usual_timer() -> str:
    if sys.platform == "darwin":
        return "launchd"
    return "systemd" if _RUNS_SYSTEMD.exists() else "cron"


def _text(kind: str, job: Job) -> TimerText:
    if kind == "systemd":
        return systemd_script(job)
    times = local_times(job.at, SystemClock().now().astimezone(IST).date())
    return cron_lines(job, times) if kind == "cron" else launchd_list(job, times, os.environ)


async def _time_of_settings(options: argparse.Namespace) -> time:
    """The time that the settings say; wrong settings are told, and keep no timer from being printed."""
    try:
        async with settings_of(None, options.env_file, os.environ) as settings:
            return settings.warmup_time
    except SettingsError:
        say(
            "The settings that are found here are wrong or not complete, so 08:00 IST is taken."
            " See what is wrong with them: vega-auth doctor."
        )
        return _USUAL


def _needs_of_user(job: Job) -> list[str]:
    """Another user has other rights than the one who prints this."""
    if job.user is None:
        return []
    return [f"{job.user} has to be able to run {job.command[0]}, and to read the settings file it is given."]


def _no_settings_file(job: Job) -> list[str]:
    if ENV_FILE in job.command:
        return []
    missing = (
        f"Take care: there is no .env in {Path.cwd()}, so this timer reads no settings file."
        " Print it again where one lies, or name the file with --env-file."
    )
    return [missing]


def _unseen_settings() -> list[str]:
    """A timer starts without this shell's environment: what is set there alone is missing later."""
    names = sorted(name for name in os.environ if name.startswith(("UPSTOX_", "VEGA_")))
    if not names:
        return []
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    missing = (
        f"Take care: {names[0]}{more} of this shell's environment will not be there when the timer starts."
        " Write such settings into a file (rights 0600) and name it with --env-file."
    )
    return [missing]
