"""A property list for launchd, which knows nothing but the local time of the Mac."""

from __future__ import annotations

import os
import plistlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from vega_terminal.cli.timers.job import Job, LocalTime, TimerText

LABEL: Final = "terminal.vega.warmup"


def launchd_list(job: Job, times: Sequence[LocalTime], environ: Mapping[str, str]) -> TimerText:
    """An agent of the present user, or a daemon where the job names a user.

    Args:
        job: what is started, every day; it decides by itself whether the day has a warm-up.
        times: its local times.
        environ: whose PATH the browser is looked for in; launchd's own is nearly empty.
    """
    document: dict[str, Any] = {
        "Label": LABEL,
        "ProgramArguments": list(job.command),
        "StartCalendarInterval": [{"Hour": time.at.hour, "Minute": time.at.minute} for time in times],
        "EnvironmentVariables": {"PATH": environ.get("PATH", os.defpath)},
        "Umask": 0o077,
        "HardResourceLimits": {"Core": 0},
    }
    if job.user is not None:
        document["UserName"] = job.user
    folder = "~/Library/LaunchAgents" if job.user is None else "/Library/LaunchDaemons"
    domain = "gui/$(id -u)" if job.user is None else "system"
    path, as_root = f"{folder}/{LABEL}.plist", "" if job.user is None else "sudo "
    saved = f"> {path}" if job.user is None else f"| sudo tee {path} > /dev/null"
    how = (
        f"Install: {job.again} {saved} && {as_root}launchctl bootstrap {domain} {path}",
        "It holds local times: print it anew when this Mac moves to another time zone.",
    )
    undo = (f"Undo: {as_root}launchctl bootout {domain}/{LABEL}, then remove {path}",)
    return TimerText(plistlib.dumps(document).decode(), how, undo)
