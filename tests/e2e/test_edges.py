"""Around the good day: closed streams, broken folders, signals out of turn, a broker that is not there."""

from __future__ import annotations

import asyncio
import signal
import stat
import subprocess
import sys

import psutil
import pytest

from tests.waiting import until

from .command_line import CommandLine
from .conftest import MakeDesk
from .stored_tokens import save_valid

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(90)]

WITHOUT_STREAMS = 'exec "$@" <&- >&- 2>&-'


def in_shell(desk: CommandLine, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell script wraps it, within a limit."""
    return subprocess.run(
        ["bash", "-c", script, "bash", sys.executable, "-m", "vega_terminal.cli", *arguments],
        cwd=desk.home, env=desk.environment(), capture_output=True, text=True, timeout=45, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("status",), 0), (("status", "--json", "--verify"), 0), (("refresh",), 1), (("refresh", "--json"), 1)],
)
def test_a_command_without_any_stream_ends_with_its_own_code(
    make_desk: MakeDesk, arguments: tuple[str, ...], code: int
) -> None:
    desk = make_desk(UPSTOX_DECISION_MODE="ASK")
    result = in_shell(desk, WITHOUT_STREAMS, *arguments)
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    assert desk.broker.counts.total.dialogs == 0


@pytest.mark.browser
def test_a_login_with_closed_streams(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY",))
    result = in_shell(desk, WITHOUT_STREAMS, "refresh")
    assert result.returncode == 0
    assert desk.run("status", "--json", "--verify").verdicts() == {"PRIMARY": "VALID"}


def test_the_data_folder_is_made_for_its_owner_alone(make_desk: MakeDesk) -> None:
    desk = make_desk(VEGA_DATA_DIR="", VEGA_KEY_FILE="")
    del desk.extra["VEGA_DATA_DIR"], desk.extra["VEGA_KEY_FILE"]
    assert desk.run("status").code == 0
    assert stat.S_IMODE(desk.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((desk.home / "vault.key").stat().st_mode) == 0o600
    assert sorted(entry.name for entry in desk.home.iterdir()) == ["data", "vault.key"]


@pytest.mark.parametrize("command", ["status", "refresh"])
def test_a_data_folder_that_cannot_be_used_is_named(make_desk: MakeDesk, command: str) -> None:
    desk = make_desk()
    desk.data.write_text("in the way")
    result = desk.run(command, "--json")
    assert result.code == result.document["exitCode"] == 3
    assert str(desk.data) in result.stderr
    assert "VEGA_DATA_DIR" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_key_of_another_day_is_refused_and_nothing_is_lost(make_desk: MakeDesk) -> None:
    desk = make_desk()
    assert desk.run("status").code == 0
    (desk.home / "vault.key").unlink()
    result = desk.run("refresh", "--json", "--no-input")
    assert result.code == 3, result.stderr
    assert result.document["exitCode"] == 3
    assert desk.broker.counts.total.dialogs == 0


@pytest.mark.browser
def test_a_browser_that_is_not_there_is_fatal_and_named(make_desk: MakeDesk) -> None:
    desk = make_desk(VEGA_DRIVER_PATH="/nowhere/chromedriver")
    result = desk.run("refresh", "--json", "--no-input")
    assert result.code == 3
    assert set(result.failures().values()) == {"NO_BROWSER"}
    assert "VEGA_DRIVER_PATH" in result.stderr


def test_status_asks_the_broker_only_when_told_to(make_desk: MakeDesk) -> None:
    desk = make_desk()
    result = desk.run("status", "--verify", "--json")
    assert (result.code, set(result.verdicts().values())) == (0, {"MISSING"})
    assert desk.broker.counts.total.profile_calls == 0, "nothing to ask about"


def test_a_broker_that_is_not_there_costs_no_token(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY",))
    asyncio.run(save_valid(desk, "PRIMARY"))
    desk.broker.stop()

    refreshed = desk.run("refresh", "--json", "--no-input", "--yes")
    stored = desk.run("status", "--json", "--verify")

    assert (refreshed.code, refreshed.verdicts()) == (1, {"PRIMARY": "UNKNOWN"})
    assert stored.verdicts() == {"PRIMARY": "UNKNOWN"}
    assert (stored.document["generated"], stored.document["ready"]) == (1, False)


def test_the_file_with_the_settings_may_lie_anywhere_but_not_open(make_desk: MakeDesk) -> None:
    desk = make_desk()
    file = desk.home / "broker.env"
    file.write_text("UPSTOX_DEFAULT_ACTION=NONE\nUPSTOX_MOBILE_NUMBER=1\n")
    file.chmod(0o644)
    result = desk.run("refresh", "--json", "--env-file", str(file))
    assert (result.code, set(result.failures().values())) == (1, {"DECLINED"})
    assert f"chmod 600 {file}" in result.stderr, "the environment wins over the wrong number"

    missing = desk.run("status", "--env-file", str(desk.home / "nowhere"))
    assert missing.code == 3
    assert "nowhere" in missing.stderr


@pytest.mark.browser
def test_the_simulated_broker_prints_settings_that_work(make_desk: MakeDesk) -> None:
    desk = make_desk()
    process = desk.start("simulate")
    assert process.stdout is not None
    lines = [process.stdout.readline().rstrip("\n") for _ in desk.broker.environment()]
    other = CommandLine(desk.broker, desk.home, dict(line.split("=", 1) for line in lines))

    client = other.start("refresh", "--only", "PRIMARY", "--no-input")
    _, said = client.communicate(timeout=60)
    assert client.returncode == 0, said
    assert desk.broker.counts.calls == {}, "it was the other broker"

    process.send_signal(signal.SIGINT)
    assert desk.finish(process).code == 0


def test_ctrl_c_while_the_demo_starts_leaves_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk()
    process = desk.start("refresh", "--demo", "--no-input")
    until(lambda: psutil.Process(process.pid).children() != [])
    process.send_signal(signal.SIGINT)
    result = desk.finish(process)
    assert result.code == 1, result.stderr
    assert "Traceback" not in result.stderr
