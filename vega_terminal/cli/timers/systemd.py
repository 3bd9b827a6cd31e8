"""A service and its timer for systemd, as a script for sh that writes both and starts the timer."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.timers.job import Job, TimerText

NAME: Final = "vega-warmup"
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._:=@+,-")
_OF_THE_MACHINE: Final = """\
ProtectSystem=full
PrivateTmp=yes
# Left out because the browser's own sandbox, which is stronger, does not start under them: NoNewPrivileges,
# RestrictNamespaces, PrivateUsers, MemoryDenyWriteExecute, SystemCallFilter, and whatever implies the first.
"""


def systemd_script(job: Job) -> TimerText:
    """Units of the present user, or of the machine where the job names a user."""
    place = "/etc/systemd/system" if job.user else "${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user"
    control = "systemctl" if job.user else "systemctl --user"
    text = "\n".join(
        (
            "# VEGA Terminal: the daily warm-up as a systemd timer. Read it, then run it with sh.",
            "set -eu",
            f'units="{place}"',
            'mkdir -p "$units"',
            _file(f"{NAME}.service", _service(job)),
            _file(f"{NAME}.timer", _timer(job)),
            f"{control} daemon-reload",
            f"{control} enable --now {NAME}.timer",
            "",
        )
    )
    as_root = "sudo " if job.user else ""
    how = (
        f"Install: {job.again} | {as_root}sh",
        *(() if job.user else ("Without a session, too: loginctl enable-linger",)),
        f"Look: {control} list-timers {NAME}.timer",
    )
    undo = (f"Undo: {as_root}{control} disable --now {NAME}.timer, then remove {place}/{NAME}.*",)
    return TimerText(text, how, undo)


def _file(name: str, content: str) -> str:
    return f"cat > \"$units/{name}\" <<'END_OF_UNIT'\n{content}END_OF_UNIT"


def _service(job: Job) -> str:
    whole_machine = job.user is not None
    network = "Wants=network-online.target\nAfter=network-online.target\n" if whole_machine else ""
    user = f"User={job.user}\nWorkingDirectory=~\n" if whole_machine else ""
    return (
        "[Unit]\n"
        "Description=VEGA Terminal: valid access tokens before the market opens\n"
        f"{network}\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"{user}"
        f"ExecStart={' '.join(map(_quoted, job.command))}\n"
        "# A login may wait for a cooldown or for a person; after this long nobody will come.\n"
        "TimeoutStartSec=2h\n"
        "TimeoutStopSec=60\n"
        "UMask=0077\n"
        "LimitCORE=0\n"
        "# The key of the vault from a file that only root can read:\n"
        "# LoadCredential=vega-key:/etc/vega/vega-key\n"
        f"{_OF_THE_MACHINE if whole_machine else ''}"
    )


def _timer(job: Job) -> str:
    return (
        "[Unit]\n"
        "Description=VEGA Terminal: the daily warm-up\n"
        "\n"
        "[Timer]\n"
        f"OnCalendar=Mon..Fri *-*-* {job.at:%H:%M}:00 Asia/Kolkata\n"
        "# Weekends, too: the program itself knows the special sessions, and does nothing without one.\n"
        f"OnCalendar=Sat,Sun *-*-* {job.at:%H:%M}:00 Asia/Kolkata\n"
        "AccuracySec=1s\n"
        "# Made up for after the machine was off; the program decides whether it still makes sense.\n"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


def _quoted(word: str) -> str:
    """A word of ExecStart (systemd.service(5)), where %, $, quotes and backslashes have a meaning."""
    doubled = word.replace("%", "%%").replace("$", "$$")
    if set(doubled) <= _PLAIN | {"%", "$"}:
        return doubled
    escaped = doubled.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
