"""The line that installs a timer, pasted into a shell elsewhere: it installs what was read."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = pytest.mark.e2e

TAKES_ALL = '#!/bin/sh\n/bin/cat > "$RECEIVED"\n'
SUDO = '#!/bin/sh\ncase "$1" in sh|tee) /bin/cat > "$RECEIVED";; esac\n'
CRONTAB = '#!/bin/sh\ncase "$1" in -l) echo "# theirs";; -) /bin/cat > "$RECEIVED";; esac\n'
LAUNCHCTL = '#!/bin/sh\n/bin/cp "$HOME/Library/LaunchAgents/terminal.vega.warmup.plist" "$RECEIVED"\n'


class Host(NamedTuple):
    """A folder to stand in, another one, and programs that only take what they are given."""

    here: Path
    elsewhere: Path
    received: Path
    environment: dict[str, str]

    def printed(self, *options: str) -> tuple[str, str]:
        """What `warmup install` prints here, and the line that it says installs it."""
        command = [sys.executable, "-m", "vega_terminal.cli", "warmup", "install", *options]
        done = subprocess.run(
            command, cwd=self.here, env=self.environment, capture_output=True, text=True, check=True
        )
        (line,) = (line for line in done.stderr.splitlines() if line.startswith("Install: "))
        return done.stdout, line.removeprefix("Install: ")

    def pasted(self, line: str) -> str:
        """What gets to the timers of the system when the line is given in another folder."""
        command = ["/bin/sh", "-c", line]
        subprocess.run(command, cwd=self.elsewhere, env=self.environment, capture_output=True, check=True)
        return self.received.read_text()


@pytest.fixture
def host(tmp_path: Path) -> Host:
    programs, here, elsewhere = (tmp_path / name for name in ("programs", "my desk's", "elsewhere"))
    for folder in (programs, here, elsewhere, tmp_path / "Library" / "LaunchAgents"):
        folder.mkdir(parents=True)
    texts = {"sh": TAKES_ALL, "sudo": SUDO, "crontab": CRONTAB, "launchctl": LAUNCHCTL}
    for name, text in texts.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o700)
    (elsewhere / ".env").write_text("UPSTOX_WARMUP_TIME=06:00\n")
    (elsewhere / ".env").chmod(0o600)
    own = {"HOME": str(tmp_path), "PATH": f"{programs}:{os.defpath}", "RECEIVED": str(tmp_path / "received")}
    return Host(here, elsewhere, tmp_path / "received", own)


@pytest.mark.parametrize("kind", ["systemd", "cron", "launchd"])
@pytest.mark.parametrize("user", [(), ("--user", "trader")])
@pytest.mark.parametrize("options", [(), ("--env-file", "my own.env", "--time", "07:30")])
def test_pasted_elsewhere_it_installs_what_was_read(
    host: Host, kind: str, user: tuple[str, ...], options: tuple[str, ...]
) -> None:
    (host.here / "my own.env").touch(0o600)
    text, line = host.printed(f"--{kind}", *user, *options)
    theirs = "# theirs\n" if (kind, user) == ("cron", ()) else ""
    assert host.pasted(line) == theirs + text
    assert ("my own.env" in text) is bool(options)


def test_the_settings_file_that_lies_here_is_the_one_that_is_installed(host: Host) -> None:
    (host.here / ".env").write_text("UPSTOX_WARMUP_TIME=07:15\n")
    (host.here / ".env").chmod(0o600)
    text, line = host.printed("--systemd")
    assert str(host.here / ".env") in text
    assert shlex.quote(str(host.here / ".env")) in line
    assert host.pasted(line) == text


def test_a_time_of_the_settings_that_changes_meanwhile_does_not_change_what_was_read(host: Host) -> None:
    settings = host.here / ".env"
    settings.write_text("UPSTOX_WARMUP_TIME=07:15\n")
    settings.chmod(0o600)
    text, line = host.printed("--cron")
    settings.write_text("UPSTOX_WARMUP_TIME=09:45\n")
    assert host.pasted(line) == f"# theirs\n{text}"
