"""What works while nobody looks: the calendar, the REST API's place, notices, and the metrics file."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from vega_terminal.doctor.checks.configuration import SETTINGS_FIRST
from vega_terminal.doctor.checks.notifier import bind_error
from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.findings import Outcome, cure_at_the_end, fine, unknown, warning
from vega_terminal.doctor.once import aside
from vega_terminal.domain.token import IST
from vega_terminal.schedule.calendar_files import CalendarFiles
from vega_terminal.settings.addresses import is_loopback
from vega_terminal.settings.keys import API_HOST, API_PORT
from vega_terminal.settings.values import DesktopNotices, NoticeSettings

_UNKNOWN: Final = unknown("It is not known while the settings are wrong.", SETTINGS_FIRST)
_OTHERS: Final = 0o077
_TEST_IT: Final = "then try it: vega-auth notices test"


async def calendar(evidence: Evidence) -> Outcome:
    """Whether the calendars can be read, and reach to today; the warm-up is made with and without one."""
    settings = evidence.ground.settings
    if settings is None:
        return _UNKNOWN
    read = await CalendarFiles(settings.data_dir, settings.calendar_file).read()
    if read.problems:
        return warning(*cure_at_the_end(read.problems[0]))
    known, today = read.calendar.known_through, evidence.ground.clock.now().astimezone(IST).date()
    if known is None or known < today:
        reach = "nothing" if known is None else f"{known:%d %b %Y}"
        return warning(
            f"Known through {reach} alone: holidays and special sessions after it are not told.",
            "Let a warm-up run: it keeps the broker's calendar. Or set VEGA_CALENDAR_FILE.",
        )
    origins = ", ".join(source.origin for source in read.calendar.sources)
    return fine(f"Known through {known:%d %b %Y} ({origins}).")


async def api(evidence: Evidence) -> Outcome:
    """Whether `vega-auth serve` could start, or does already, and whether its token is its owner's alone."""
    settings = evidence.ground.settings
    if settings is None:
        return _UNKNOWN
    if not is_loopback(settings.api_host):
        return warning(
            f"{settings.api_host} is not loopback, so nothing is served there.",
            f"{API_HOST.name}={API_HOST.default}",
        )
    look = partial(_judge_api, settings.data_dir, settings.api_host, settings.api_port)
    return await aside(look, evidence.ground.clock)


def _judge_api(folder: Path, host: str, port: int) -> Outcome:
    token, place = folder / "api.token", f"{host}:{port}"
    is_served = token.exists() and _is_locked(folder / "api.lock")
    if is_served and token.stat().st_mode & _OTHERS:
        return warning(
            f"Other users of this machine can read {token}, and may use the API.",
            "End the server and start it again: it makes a new token, for you alone.",
        )
    code = bind_error(host, port)
    if not code:
        return fine(f"{place} is free for vega-auth serve.")
    if code == errno.EADDRINUSE and is_served:
        return fine(f"Served by a VEGA process of this machine; its token lies in {token}.")
    return warning(
        f"vega-auth serve could not start at {place}: {os.strerror(code)}.",
        "If it is not a server of yours with --token-file that is there: end the program, or set"
        f" {API_PORT.name} to a free port.",
    )


def _is_locked(path: Path) -> bool:
    """Whether a server holds its lock; looking holds it together with nobody, and for no time."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


async def notices(evidence: Evidence) -> Outcome:
    """Whether the ways to people are there; nothing is sent."""
    ground = evidence.ground
    if ground.settings is None:
        return _UNKNOWN
    chosen, has_display = ground.settings.notices, _has_display(ground.environ)
    program = None if chosen.command is None else chosen.command[0]
    if program is not None and shutil.which(program, path=ground.environ.get("PATH")) is None:
        return warning(
            f"The program {program} of VEGA_NOTIFY_COMMAND was not found, so nobody is told by it.",
            f"Install it, or correct its name or its rights; {_TEST_IT}",
        )
    if chosen.desktop is DesktopNotices.ON and not has_display:
        return warning(
            "VEGA_NOTIFY_DESKTOP=on, but there is no desktop here.", f"Set it to auto or off; {_TEST_IT}"
        )
    ways = _ways(chosen, has_display=has_display)
    return fine(f"Sent to {', '.join(ways)}." if ways else "Nobody is told: no way is set, or none is here.")


def _ways(chosen: NoticeSettings, *, has_display: bool) -> list[str]:
    """How people are told, in words."""
    ways = ["a program"] if chosen.command is not None else []
    ways += ["an address"] if chosen.webhook is not None else []
    return [*ways, "the desktop"] if has_display and chosen.desktop is not DesktopNotices.OFF else ways


def _has_display(environ: Mapping[str, str]) -> bool:
    return sys.platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


async def metrics_file(evidence: Evidence) -> Outcome:
    """Whether the metrics of each run can be written."""
    settings = evidence.ground.settings
    if settings is None:
        return _UNKNOWN
    if settings.metrics_file is None:
        return fine("Not written: VEGA_METRICS_FILE is not set.")
    return await aside(partial(_judge_metrics, settings.metrics_file), evidence.ground.clock)


def _judge_metrics(path: Path) -> Outcome:
    if not (path.parent.is_dir() and os.access(path.parent, os.W_OK | os.X_OK)):
        return warning(
            f"{path.parent} is no folder that can be written, so no metrics are.",
            "Make it, with the right to write there for your user; or set VEGA_METRICS_FILE.",
        )
    return fine(f"{path} can be written.")
