"""Runs that cannot even begin, as whole processes: people and the monitor hear of them all the same."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.unit.environments import good

from .receiver import Service, service

pytestmark = pytest.mark.timeout(60)
RUNS = [("refresh", "--no-input"), ("warmup", "run"), ("warmup", "run", "--scheduled")]
PIN = "90871234"


@dataclass
class Timer:
    """Starts a command as cron does, with a program and a monitor that are told."""

    home: Path
    monitor: Service
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def record(self) -> Path:
        return self.data / "notices.json"

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._told.read_text().splitlines()]

    @property
    def _told(self) -> Path:
        return self.home / "told"

    def ways(self) -> dict[str, str]:
        line = f"""sh -c 'cat >> "{self._told}"; echo >> "{self._told}"'"""
        return {"VEGA_NOTIFY_COMMAND": line, "VEGA_DEAD_MAN_URL": f"{self.monitor.address}/uuid"}

    def run(self, *arguments: str, code: int = 3, stdout: Path | None = None) -> str:
        """It has to end with this code; returns what it said."""
        own = good(VEGA_DATA_DIR=str(self.data), VEGA_KEY_FILE=str(self.home / "vault.key"))
        own["VEGA_NOTIFY_DESKTOP"] = "off"
        own = {key: value for key, value in (own | self.ways() | self.settings).items() if value}
        with Path(stdout or os.devnull).open("w") as out:
            done = subprocess.run(
                [sys.executable, "-m", "vega_terminal.cli", *arguments],
                cwd=self.home,
                env={"PATH": os.environ["PATH"], "HOME": str(self.home), **own},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
        return done.stderr


@pytest.fixture
def timer(tmp_path: Path) -> Iterator[Timer]:
    (tmp_path / "told").touch()
    with service() as monitor:
        yield Timer(tmp_path, monitor)


@pytest.mark.parametrize("arguments", RUNS)
def test_a_data_folder_that_cannot_be_used_is_told_each_time(
    timer: Timer, arguments: tuple[str, ...]
) -> None:
    """Nothing can be remembered there: better told twice than never."""
    timer.data.write_text("in the way")
    said = [timer.run(*arguments) for _ in range(2)]
    first, second = timer.told()
    assert (first["kind"], first["title"]) == ("NOT_STARTED", "The run could not start")
    assert first["happened"] == f"No access token was looked at. {said[0].strip()}"
    assert str(timer.data) in first["happened"]
    assert second["happened"] == first["happened"]
    assert timer.monitor.requests == [("GET", "/uuid/fail")] * 2
    assert timer.data.read_text() == "in the way"


@pytest.mark.parametrize("arguments", RUNS)
def test_wrong_settings_are_told_once_and_without_a_value(timer: Timer, arguments: tuple[str, ...]) -> None:
    timer.settings = {
        "UPSTOX_PIN": PIN,
        "UPSTOX_COLDOWN_SEC": "1",
        "UPSTOX_CLIENT_ID_PRIMARY": "",
        "UPSTOX_VERIFY_TIMEOUT_MS": "soon",
        "VEGA_NOTIFY_DESKTOP": "perhaps",
    }
    said = [timer.run(*arguments) for _ in range(2)]
    (notice,) = timer.told()
    assert notice["happened"].startswith("No access token was looked at. The settings are wrong. UPSTOX_")
    assert notice["happened"].endswith(" And 2 more.")
    assert "\n" not in notice["text"]
    for problem in notice["happened"].split(" And 2 more.")[0].split("UPSTOX_")[1:]:
        assert problem.strip() in said[0], "nothing but what stands on stderr"
    assert PIN not in json.dumps(notice)
    assert "vega-auth doctor" in notice["toDo"]
    assert timer.monitor.requests == [("GET", "/uuid/fail")] * 2, "the monitor hears of each"
    assert stat.S_IMODE(timer.record.stat().st_mode) == 0o600
    assert PIN not in timer.record.read_text()


def test_other_wrong_settings_are_news_and_so_are_the_first_ones_after_them(timer: Timer) -> None:
    for wrong in ("UPSTOX_PIN", "UPSTOX_COOLDOWN_SEC", "UPSTOX_COOLDOWN_SEC", "UPSTOX_PIN"):
        timer.settings = {wrong: "x"}
        timer.run("refresh")
    assert [("UPSTOX_PIN" in notice["happened"]) for notice in timer.told()] == [True, False, True]


def test_a_way_that_is_wrong_itself_keeps_no_other_from_telling(timer: Timer) -> None:
    timer.settings = {
        "VEGA_NOTIFY_COMMAND": "'never closed",
        "VEGA_DEAD_MAN_URL": "nowhere",
        "VEGA_NOTIFY_WEBHOOK": f"{timer.monitor.address}/hook",
    }
    timer.run("refresh")
    (notice,) = timer.monitor.bodies
    assert notice["kind"] == "NOT_STARTED"
    assert "VEGA_NOTIFY_COMMAND: " in notice["happened"]
    assert timer.monitor.requests == [("POST", "/hook")]


def test_the_ways_of_a_settings_file_count(timer: Timer) -> None:
    file = timer.home / "vega.env"
    file.write_text(f"UPSTOX_PIN=x\nVEGA_NOTIFY_WEBHOOK={timer.monitor.address}/hook\n")
    file.chmod(0o600)
    timer.settings = dict.fromkeys(timer.ways(), "")
    timer.run("refresh", "--env-file", str(file))
    assert timer.monitor.requests == [("POST", "/hook")]


def test_a_settings_file_that_is_not_there_is_told_by_the_ways_of_the_environment(timer: Timer) -> None:
    timer.run("warmup", "run", "--env-file", str(timer.home / "nowhere.env"))
    (notice,) = timer.told()
    assert f"There is no file {timer.home}/nowhere.env." in notice["happened"]


def test_a_way_that_does_not_work_is_said_and_what_nobody_heard_of_is_not_remembered(timer: Timer) -> None:
    timer.settings = {"UPSTOX_PIN": "x", "VEGA_NOTIFY_COMMAND": "false"}
    said = timer.run("refresh")
    assert "A notice did not get through on the way of VEGA_NOTIFY_COMMAND." in said
    assert not timer.record.exists()


def test_a_wrong_command_line_is_no_failed_start(timer: Timer) -> None:
    timer.run("refresh", "--only", "NOPE", code=64)
    assert (timer.told(), timer.monitor.requests) == ([], [])


@pytest.mark.parametrize("arguments", [("status",), ("audit",), ("notices", "test")])
def test_whoever_only_looks_tells_nobody(timer: Timer, arguments: tuple[str, ...]) -> None:
    timer.settings = {"UPSTOX_PIN": "x"}
    timer.run(*arguments)
    assert (timer.told(), timer.monitor.requests) == ([], [])


def test_nobody_told_means_nothing_written(timer: Timer) -> None:
    timer.settings = {"UPSTOX_PIN": "x", **dict.fromkeys(timer.ways(), "")}
    timer.run("refresh")
    assert not timer.data.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
@pytest.mark.parametrize("arguments", RUNS[:2])
def test_a_result_that_cannot_be_written_is_no_failed_start(timer: Timer, arguments: tuple[str, ...]) -> None:
    timer.settings = {"UPSTOX_DECISION_MODE": "NEVER"}
    timer.run(*arguments, stdout=Path("/dev/full"))
    assert [notice["kind"] for notice in timer.told()] == ["RUN_PARTIAL"]
    assert timer.monitor.requests == [("GET", "/uuid/fail")]
