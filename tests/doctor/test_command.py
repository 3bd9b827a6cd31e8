"""`vega-auth doctor` as a process, against a simulated broker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doctor.ground import environment
from tests.e2e.command_line import CommandLine
from vega_terminal.cli.__main__ import main
from vega_terminal.doctor.examination import NAMES
from vega_terminal.simulator import SimulatedBroker

pytestmark = pytest.mark.e2e


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[CommandLine]:
    with SimulatedBroker("happy") as broker:
        yield CommandLine(broker, tmp_path)


def test_nothing_fails_on_a_sound_machine_nothing_is_made_and_nobody_signed_in(desk: CommandLine) -> None:
    finished = desk.run("doctor", "--json")
    assert finished.code == 0, finished.stdout
    assert tuple(found["name"] for found in finished.document["findings"]) == NAMES
    assert finished.document["verdict"] == "WARN"
    assert finished.stderr == ""
    assert list(desk.home.iterdir()) == []
    counts = desk.broker.counts
    assert counts.browsers == 0
    assert set(counts.calls.values()) <= {0}, counts.calls


def test_a_person_reads_one_line_each_with_the_cure_below(desk: CommandLine) -> None:
    desk.extra["UPSTOX_CLIENT_SECRET_PRIMARY"] = ""
    finished = desk.run("doctor")
    assert finished.code == 1
    lines = finished.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("✗ Settings"))
    assert "UPSTOX_CLIENT_SECRET_PRIMARY" in lines[at]
    assert lines[at + 1].strip().startswith("→ UPSTOX_CLIENT_SECRET_PRIMARY: It is not set. Copy it")
    assert " 1 FAIL" in lines[-1]


def test_the_demo_is_examined_and_its_bundle_lies_where_the_last_line_says(desk: CommandLine) -> None:
    finished = desk.run("doctor", "--demo", "--bundle")
    assert finished.code == 0
    assert any(line.startswith("● Clock") for line in finished.stdout.splitlines())
    bundle = Path(finished.stdout.splitlines()[-1])
    assert bundle.parent == desk.data / "demo" / "diagnostics"
    assert bundle.is_file()


def test_a_bundle_that_cannot_be_written_is_fatal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").touch()
    for key, value in environment(tmp_path, UPSTOX_API_BASE_URL="http://127.0.0.1:9").items():
        monkeypatch.setenv(key, value)
    assert main(["doctor", "--bundle", "--env-file", os.devnull]) == 3
    assert "VEGA_DATA_DIR" in capsys.readouterr().err


def test_a_wrong_command_line_is_64() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", "--mend"])
    assert ended.value.code == 64
