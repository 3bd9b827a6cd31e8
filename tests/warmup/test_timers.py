"""The printed timers: taken apart by the programs that they are for, or by the rules of their manuals."""

from __future__ import annotations

import os
import plistlib
import shlex
import subprocess
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from vega_terminal.cli.timers.cron import cron_lines
from vega_terminal.cli.timers.job import Job, job_of, local_times
from vega_terminal.cli.timers.launchd import launchd_list
from vega_terminal.cli.timers.systemd import NAME, systemd_script
from vega_terminal.domain.calendar.trading import TradingCalendar
from vega_terminal.domain.warmup import WarmUpSchedule

from .test_schedule import host_in, oracle

FIRST = date(2026, 10, 6)
EIGHT = time(8, 0)
ODD = ("/opt/my trader/bin/vega-auth", "warmup", "--env-file", '/home/a/50% "of" $HOME\\x.env')
ZONES = (
    "UTC",
    "Asia/Kolkata",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
)
needs_systemd = pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux's")


def job(command: tuple[str, ...], user: str | None = None) -> Job:
    return Job(command, EIGHT, "vega-auth warmup install", user)


def written(job: Job, folder: Path) -> dict[str, str]:
    """The units that the script writes, run as a user would, with a systemctl that only takes notes."""
    folder.mkdir()
    script = systemd_script(job).text.replace("/etc/systemd/system", str(folder))
    programs = folder / "programs"
    programs.mkdir()
    (programs / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> {shlex.quote(str(folder))}/called\n')
    (programs / "systemctl").chmod(0o700)
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "XDG_CONFIG_HOME": str(folder)}
    subprocess.run(["sh"], input=script, text=True, check=True, env=environment)
    units = folder if job.user else folder / "systemd" / "user"
    return {path.name: path.read_text() for path in (*units.glob("vega-*"), folder / "called")}


def verified(folder: Path, units: dict[str, str]) -> str:
    """What systemd-analyze complains of."""
    for name, text in units.items():
        (folder / name).write_text(text)
    paths = [str(folder / f"{NAME}.{kind}") for kind in ("service", "timer")]
    command = ["systemd-analyze", "--man=no", "verify", *paths]
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


@needs_systemd
@pytest.mark.parametrize("user", [None, "daemon"])
def test_systemd_takes_the_units_without_a_complaint(tmp_path: Path, user: str | None) -> None:
    units = written(job(("/bin/true", "warmup", "--time", "08:00"), user), tmp_path / "written")
    called = units.pop("called").splitlines()
    control = "" if user else "--user "
    assert called == [f"{control}daemon-reload", f"{control}enable --now {NAME}.timer"]
    complaints = [line for line in verified(tmp_path, units).splitlines() if NAME in line]
    assert complaints == []
    broken = units | {f"{NAME}.timer": units[f"{NAME}.timer"].replace("Asia/Kolkata", "Asia/Kolkatta")}
    assert "Asia/Kolkatta" in verified(tmp_path, broken)  # it would have complained


@needs_systemd
def test_systemd_finds_a_program_in_an_oddly_named_folder(tmp_path: Path) -> None:
    program = tmp_path / "my 50% trader" / "vega-auth"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    units = written(job((str(program), *ODD)), tmp_path / "written")
    units.pop("called")
    assert "not executable" not in verified(tmp_path, units)
    program.unlink()
    assert "not executable" in verified(tmp_path, units)  # it was looked for
    assert units[f"{NAME}.service"].count(r'"/home/a/50%% \"of\" $$HOME\\x.env"') == 1


@needs_systemd
def test_systemd_starts_it_when_the_oracle_says(tmp_path: Path) -> None:
    units = written(job(("/bin/true",)), tmp_path / "written")
    calendars = [
        line.partition("=")[2]
        for line in units[f"{NAME}.timer"].splitlines()
        if line.startswith("OnCalendar=")
    ]
    told = subprocess.run(
        [
            "systemd-analyze",
            "calendar",
            "--iterations=3",
            "--base-time=2026-10-08 00:00:00 UTC",
            calendars[0],
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TZ": "UTC"},
    ).stdout
    now, expected = datetime(2026, 10, 8, tzinfo=UTC), []
    for _ in range(3):
        now = oracle(now, EIGHT, set())
        expected.append(f"{now:%Y-%m-%d %H:%M:%S} UTC")
    assert [day for day in expected if day not in told] == []
    assert calendars[1] == "Sat,Sun *-*-* 08:00:00 Asia/Kolkata"


def fires(line: str, local: datetime) -> bool:
    """Whether cron starts a line in this minute (crontab(5): minute, hour, day, month, day of the week)."""
    minute, hour, _, _, days = line.split()[:5]
    weekday = str((local.weekday() + 1) % 7)
    return local.minute == int(minute) and local.hour == int(hour) and weekday in days.split(",")


@pytest.mark.parametrize("zone", ZONES)
def test_cron_starts_it_on_time_all_year_wherever_the_host_stands(zone: str) -> None:
    """One of its lines comes to the minute; whatever comes besides finds nothing due, or it made."""
    with host_in(zone):
        lines = [
            line
            for line in cron_lines(job(("x",)), local_times(EIGHT, FIRST)).text.splitlines()
            if not line.startswith("#")
        ]
        schedule = WarmUpSchedule(EIGHT, TradingCalendar())
        now = datetime(2026, 10, 6, tzinfo=UTC)
        for _ in range(200):
            now = schedule.next_after(now).due
            assert any(fires(line, now.astimezone()) for line in lines), now


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Asia/Kolkata", "0 8 * * 1,2,3,4,5 x"),
        ("UTC", "30 2 * * 1,2,3,4,5 x"),
        ("America/New_York", "30 21 * * 0,1,2,3,4 x"),
    ],
)
def test_the_first_line_of_cron(zone: str, first: str) -> None:
    with host_in(zone):
        text = cron_lines(job(("x",)), local_times(EIGHT, FIRST)).text
    assert text.splitlines()[2 if zone == "America/New_York" else 1] == first


def test_cron_and_its_shell_read_the_command_as_it_was_meant() -> None:
    text = cron_lines(job(ODD, "trader"), local_times(EIGHT, FIRST)).text
    fields = text.splitlines()[1].split(maxsplit=6)
    assert fields[5] == "trader"
    assert shlex.split(fields[6].replace(r"\%", "%")) == list(ODD)
    assert "%" not in fields[6].replace(r"\%", "")


@pytest.mark.parametrize(("zone", "count"), [("UTC", 1), ("America/New_York", 2)])
def test_launchd_gets_every_local_time_of_the_year(zone: str, count: int) -> None:
    with host_in(zone):
        found = launchd_list(job(ODD, "trader"), local_times(EIGHT, FIRST), {"PATH": "/opt/x/bin"})
        local = [datetime(2026, month, 15, 2, 30, tzinfo=UTC).astimezone() for month in range(1, 13)]
    document = plistlib.loads(found.text.encode())
    assert document["ProgramArguments"] == list(ODD)
    assert (document["UserName"], document["EnvironmentVariables"]) == ("trader", {"PATH": "/opt/x/bin"})
    times = {(row["Hour"], row["Minute"]) for row in document["StartCalendarInterval"]}
    assert times == {(at.hour, at.minute) for at in local}
    assert len(times) == count


def test_the_job_is_this_installation_with_the_settings_that_lie_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bare = job_of("cron", None, EIGHT, None).command
    assert Path(bare[0]).is_absolute()
    assert Path(bare[0]).exists()
    assert bare[-4:] == ("run", "--scheduled", "--time", "08:00")
    (tmp_path / ".env").touch()
    assert job_of("cron", None, EIGHT, None).command == (*bare, "--env-file", str(tmp_path / ".env"))
    assert job_of("cron", Path("other.env"), EIGHT, None).command[-1] == str(tmp_path / "other.env")
