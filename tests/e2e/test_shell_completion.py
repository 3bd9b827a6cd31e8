"""`vega-auth completion`: the script, used by the shell that it is for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vega_terminal.cli.__main__ import main
from vega_terminal.cli.arguments.completion import SHELLS
from vega_terminal.cli.commands import COMMANDS

from .conftest import MakeDesk

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

COMPLETE = """
. ./completion.bash
complete_word() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shtab_vega_auth; echo "${COMPREPLY[@]}"; }
complete_word vega-auth to
complete_word vega-auth token W
complete_word vega-auth refresh --only O
complete_word vega-auth status --js
complete_word vega-auth audit ver
"""


def test_bash_completes_commands_options_and_the_slots_of_the_settings(
    make_desk: MakeDesk, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = make_desk(apps=("PRIMARY", "WEST", "ORDERS"))
    assert main(["completion", "bash"]) == 0
    (desk.home / "completion.bash").write_text(capsys.readouterr().out)
    path = f"{Path(sys.executable).parent}:{desk.environment()['PATH']}"
    done = subprocess.run(
        ["bash", "-c", COMPLETE], cwd=desk.home, env=desk.environment() | {"PATH": path},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == ["token", "WEST", "ORDERS", "--json", "verify"], done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_learns_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in script] == []
    assert "completion slots" in script
