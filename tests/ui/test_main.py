"""The command line of the terminal, as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pexpect

COMMAND = [sys.executable, "-m", "vega_terminal.ui"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=60)


def test_help_tells_everything() -> None:
    done = run("--help")
    assert done.returncode == 0
    for word in ("--demo", "--env-file", "SCENARIO", "vega-auth", "64"):
        assert word in done.stdout


def test_a_wrong_command_line_ends_with_64_and_the_way_to_help() -> None:
    done = run("--no-such-thing")
    assert done.returncode == 64
    assert "--no-such-thing" in done.stderr
    assert "--help" in done.stderr


def test_without_a_terminal_it_says_so() -> None:
    done = run("--demo")
    assert done.returncode == 64
    assert done.stdout == ""
    assert "terminal" in done.stderr
    assert "vega-auth" in done.stderr


def test_wrong_settings_are_told_all_at_once_before_anything_starts(tmp_path: Path) -> None:
    settings = tmp_path / "wrong.env"
    settings.write_text("UPSTOX_DECISION_MODE=MAYBE\nUPSTOX_NO_SUCH_KEY=1\n")
    settings.chmod(0o600)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "VEGA_DATA_DIR": str(tmp_path / "data")}
    command = [*COMMAND, "--env-file", str(settings)]
    code, lines = on_a_terminal(command, environment)
    assert code == 3
    assert any(line.startswith("UPSTOX_DECISION_MODE") for line in lines)
    assert any(line.startswith("UPSTOX_NO_SUCH_KEY") for line in lines)
    assert not (tmp_path / "data").exists()


def on_a_terminal(command: list[str], environment: dict[str, str]) -> tuple[int, list[str]]:
    """Run `command` on a pseudo-terminal; its exit code and the lines on the screen."""
    child = pexpect.spawn(command[0], command[1:], env=environment, encoding="utf-8", timeout=60)
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus or 0, (child.before or "").splitlines()
