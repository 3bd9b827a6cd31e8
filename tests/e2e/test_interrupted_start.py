"""Ctrl-C while a program is still loading: it says so in one word, and ends as it does for a later one."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from vega_terminal.domain.execution import ExitCode

from .interrupted import IN_A_CLASS, WHILE_IT_LOADS, Interruption

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

PROGRAMS = Path(sys.executable).parent
DEFECT = """
import sys

class Defect:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "vega_terminal.cli.commands":
            raise RuntimeError("a defect")

sys.meta_path.insert(0, Defect)
"""


def environment(folder: Path, interruption: Interruption) -> dict[str, str]:
    own = {"HOME": str(folder), "VEGA_DATA_DIR": str(folder / "data"), "TERM": "xterm-256color"}
    return {"PATH": os.environ["PATH"], **own, **interruption.environment}


@pytest.mark.parametrize("call", [WHILE_IT_LOADS, IN_A_CLASS])
@pytest.mark.parametrize(
    "module",
    [
        "vega_terminal.cli.entry",
        "vega_terminal.domain.execution",
        "vega_terminal.cli.arguments.status",
        "vega_terminal.cli.status",
        "ipaddress",
    ],
)
def test_a_command_that_is_loading_ends_quietly(tmp_path: Path, module: str, call: str) -> None:
    interruption = Interruption(tmp_path, module, call)
    done = subprocess.run(
        [PROGRAMS / "vega-auth", "status"],
        env=environment(tmp_path, interruption),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert interruption.happened
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.PARTIAL, "", "Stopped.\n")


@pytest.mark.parametrize(
    ("arguments", "module"),
    [
        ((), "vega_terminal.ui.entry"),
        ((), "vega_terminal.loopback.place"),
        ((), "vega_terminal.ui.terminal_app"),
        ((), "textual.app"),
        (("serve",), "vega_terminal.ui.web.serving"),
    ],
)
@pytest.mark.parametrize("call", [WHILE_IT_LOADS, IN_A_CLASS])
def test_a_terminal_that_is_loading_ends_quietly(
    tmp_path: Path, arguments: tuple[str, ...], module: str, call: str
) -> None:
    interruption = Interruption(tmp_path, module, call)
    ours, theirs = pty.openpty()
    code = subprocess.run(
        [PROGRAMS / "vega-terminal", *arguments],
        env=environment(tmp_path, interruption),
        cwd=tmp_path,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        check=False,
    ).returncode
    os.close(theirs)
    said = os.read(ours, 65_536)
    os.close(ours)
    assert interruption.happened
    assert (code, said) == (ExitCode.OK, b"Stopped.\r\n")


def test_an_error_that_no_interruption_caused_is_not_hidden(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(DEFECT)
    done = subprocess.run(
        [PROGRAMS / "vega-auth", "status"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.endswith("RuntimeError: a defect\n")
    assert "Stopped." not in done.stderr
