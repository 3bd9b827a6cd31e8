"""Lines for a crontab, in local time: not every cron knows CRON_TZ, and the others take it for a variable."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from vega_terminal.cli.timers.job import Job, LocalTime, TimerText

_WEEKDAYS: Final = (1, 2, 3, 4, 5)
_WEEKEND: Final = (6, 0)
_SYSTEM_FILE: Final = "/etc/cron.d/vega-warmup"


def cron_lines(job: Job, times: Sequence[LocalTime]) -> TimerText:
    """Lines of a user's crontab, or of a file in /etc/cron.d where the job names a user."""
    text = "".join(f"{line}\n" for line in (*_heading(job, times), *_lines(job, times)))
    if job.user is None:
        how = f"Install: (crontab -l; {job.again}) | crontab -"
        return TimerText(text, (how,), ("Undo: crontab -e, and take the lines away.",))
    how = f"Install: {job.again} | sudo tee {_SYSTEM_FILE}"
    return TimerText(text, (how,), (f"Undo: sudo rm {_SYSTEM_FILE}",))


def _heading(job: Job, times: Sequence[LocalTime]) -> tuple[str, ...]:
    one = f"# VEGA Terminal: the daily warm-up, {job.at:%H:%M} IST in the local time of this host."
    if len(times) == 1:
        return (one,)
    two = "# Summer and winter differ here: both times stand below, and the one that is wrong does nothing."
    return (one, two)


def _lines(job: Job, times: Sequence[LocalTime]) -> list[str]:
    who = "" if job.user is None else f"{job.user} "
    command = shlex.join(job.command).replace("%", r"\%")
    lines = [
        f"{time.at.minute} {time.at.hour} * * {_days(_WEEKDAYS, time.shift)} {who}{command}" for time in times
    ]
    weekends = [
        f"{time.at.minute} {time.at.hour} * * {_days(_WEEKEND, time.shift)} {who}{command}" for time in times
    ]
    remark = "# Weekends: the program knows the special sessions, and does nothing without one."
    return [*lines, remark, *weekends]


def _days(days: Sequence[int], shift: int) -> str:
    """Days of the week, 0 for Sunday, on the local clock."""
    return ",".join(str(day) for day in sorted((day + shift) % 7 for day in days))
