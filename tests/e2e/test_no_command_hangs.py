"""Every command with its stdin closed and nobody who reads: each comes to its end, with its own exit code.

All other tests of the commands give them an empty stdin; `test_edges.py` closes all three streams.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest

from vega_terminal.cli.commands import COMMANDS
from vega_terminal.simulator import SimulatedBroker

from .command_line import CommandLine

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

LIMIT_SECONDS = 60
TAKEN = "taken port"
ROWS = {
    "refresh": ((), 1),
    "status": ((), 0),
    "token": (("PRIMARY",), 1),
    "exec": (("--", "true"), 1),
    "audit": (("verify",), 0),
    "rearm": ((), 0),
    "doctor": ((), 0),
    "warmup": (("run",), 1),
    "notices": (("test",), 1),
    "serve": (("--port", TAKEN), 3),
    "simulate": (("--port", TAKEN), 64),
    "completion": (("bash",), 0),
}
"""Arguments and exit code: nothing is stored, nobody may be asked, and the ports of servers are taken."""
NOBODY_AT_THE_STREAMS = '"$@" <&- | true; exit "${PIPESTATUS[0]}"'


async def ended(desk: CommandLine, arguments: tuple[str, ...]) -> tuple[int, str]:
    """Exit code and stderr of a command."""
    desk.home.mkdir()
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", NOBODY_AT_THE_STREAMS, "bash", sys.executable, "-m", "vega_terminal.cli", *arguments,
        cwd=desk.home, env=desk.environment(), stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            _, said = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode is not None
    return process.returncode, said.decode()


async def test_no_command_hangs(tmp_path: Path) -> None:
    assert set(ROWS) == set(COMMANDS)
    with (
        SimulatedBroker("happy") as broker,
        closing(socket.create_server(("127.0.0.1", 0))) as other,
    ):
        port = str(other.getsockname()[1])
        lines = {
            name: (name, *(port if argument == TAKEN else argument for argument in arguments))
            for name, (arguments, _) in ROWS.items()
        }
        ask = {"UPSTOX_DECISION_MODE": "ASK"}
        runs = [ended(CommandLine(broker, tmp_path / name, ask), line) for name, line in lines.items()]
        ends = dict(zip(lines, await asyncio.gather(*runs), strict=True))
    assert {name: code for name, (code, _) in ends.items()} == {
        name: code for name, (_, code) in ROWS.items()
    }, ends
    assert [said for _, said in ends.values() if "Traceback" in said or "Exception ignored" in said] == []
    assert port in ends["simulate"][1], "the port that it cannot have is named"
    assert broker.counts.total.dialogs == 0
