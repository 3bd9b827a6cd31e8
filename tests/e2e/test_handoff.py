"""`vega-auth token` and `vega-auth exec` as processes: what leaves, to whom, and what does not."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from vega_terminal.cli.__main__ import main
from vega_terminal.cli.programs import run_beside
from vega_terminal.simulator import Call, Fault, FaultKind
from vega_terminal.store.opening import DATABASE_NAME

from .command_line import CommandLine
from .conftest import MakeDesk
from .stored_tokens import save
from .test_prompts import Conversation

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

PRIMARY_TOKEN, FEED_TOKEN = "canary-of-PRIMARY", "canary-of-FEED"
LOOK = """
echo pid=$$
grep SigIgn /proc/self/status
tr '\\0' ' ' < /proc/$$/cmdline
echo
env
kill -TERM $$
"""


@pytest.fixture
def desk(make_desk: MakeDesk) -> CommandLine:
    """Two slots with tokens that the broker does not know, and a third without."""
    desk = make_desk(apps=("PRIMARY", "FEED", "CHAIN"))
    asyncio.run(save(desk, PRIMARY=PRIMARY_TOKEN, FEED=FEED_TOKEN))
    return desk


def hand_outs(desk: CommandLine) -> list[tuple[str, str]]:
    """Slot and program of every hand-out on record."""
    with closing(sqlite3.connect(desk.data / DATABASE_NAME)) as connection:
        rows = connection.execute(
            "SELECT slot, detail ->> 'program' FROM audit WHERE kind = 'TOKEN_HANDED_OUT' ORDER BY seq"
        )
        return [(slot, program) for slot, program in rows]


def test_a_script_gets_the_token_and_nothing_else_and_a_screen_nothing_unasked(desk: CommandLine) -> None:
    given = desk.run("token", "PRIMARY")
    assert (given.code, given.stdout, given.stderr) == (0, f"{PRIMARY_TOKEN}\n", "")
    assert desk.run("token", "CHAIN").stderr == "CHAIN has no token. Get a new one with: vega-auth refresh\n"

    unasked = Conversation(desk, ("token", "PRIMARY"))
    assert unasked.end() == 64
    assert "--reveal" in unasked.written
    assert PRIMARY_TOKEN not in unasked.written
    asked = Conversation(desk, ("token", "PRIMARY", "--reveal"))
    assert asked.end() == 0
    assert PRIMARY_TOKEN in asked.written

    programs = {program for slot, program in hand_outs(desk) if slot == "PRIMARY"}
    assert programs == {Path(f"/proc/{os.getpid()}/comm").read_text().strip()}
    assert len(hand_outs(desk)) == 2
    assert sum(desk.broker.counts.calls.values()) == 0


def test_a_token_that_the_broker_refuses_is_not_handed_out(desk: CommandLine) -> None:
    desk.broker.faults.add(Fault(FaultKind.SERVER_ERROR, Call.PROFILE, status=503))
    unclear = desk.run("token", "FEED", "--verify")
    assert (unclear.code, unclear.stdout) == (0, f"{FEED_TOKEN}\n")
    assert "FEED could not be verified." in unclear.stderr
    desk.broker.faults.clear()

    asked = desk.run("token", "PRIMARY", "--verify")
    assert (asked.code, asked.stdout) == (1, "")
    assert "The broker refused the token of PRIMARY" in asked.stderr
    assert desk.run("token", "PRIMARY").stderr == asked.stderr, "it is known from now on"
    assert [slot for slot, _ in hand_outs(desk)] == ["FEED"]


def test_a_result_that_cannot_be_written_is_no_success(desk: CommandLine) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "vega_terminal.cli", "token", "PRIMARY"],
            env=desk.environment(), cwd=desk.home, stdin=subprocess.DEVNULL,
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr == "The result could not be written to its end (No space left on device).\n"


def test_a_program_runs_in_our_place_with_tokens_and_without_our_secrets(desk: CommandLine) -> None:
    process = desk.start("exec", "--only", "PRIMARY", "--only", "FEED", "--", "sh", "-c", LOOK)
    ended = desk.finish(process)

    assert ended.code == -15, "the signal ended this very process"
    lines = ended.stdout.splitlines()
    assert lines[0] == f"pid={process.pid}"
    assert int(lines[1].split()[1], 16) & (1 << 12) == 0, "SIGPIPE works as everywhere"
    command_line = lines[2]
    assert command_line.startswith("sh -c ")
    assert "canary" not in command_line
    found = dict(line.split("=", 1) for line in lines[3:] if line.startswith(("UPSTOX_", "VEGA_")))
    assert found.pop("UPSTOX_ACCESS_TOKEN") == found.pop("UPSTOX_ACCESS_TOKEN_PRIMARY") == PRIMARY_TOKEN
    assert found.pop("UPSTOX_ACCESS_TOKEN_FEED") == FEED_TOKEN
    assert found.pop("UPSTOX_API_BASE_URL") == desk.broker.environment()["UPSTOX_API_BASE_URL"]
    assert {key for key in found if not key.startswith("UPSTOX_CLIENT_ID_")} == {"UPSTOX_API_NAMES"}
    assert hand_outs(desk) == [("PRIMARY", "sh"), ("FEED", "sh")]


def test_without_every_token_that_is_asked_for_no_program_starts(desk: CommandLine) -> None:
    ended = desk.run("exec", "--", "touch", "started")
    assert (ended.code, ended.stdout) == (1, "")
    assert ended.stderr.splitlines() == [
        "CHAIN has no token. Get a new one with: vega-auth refresh",
        "touch was not started.",
    ]
    assert not (desk.home / "started").exists()
    assert hand_outs(desk) == []


def test_a_script_that_names_no_interpreter_is_the_shells(desk: CommandLine) -> None:
    headless = desk.home / "headless"
    headless.write_text('test "$1" = "a b" && exit 5\n')
    headless.chmod(0o755)
    assert desk.run("exec", "--only", "PRIMARY", "--", "./headless", "a b").code == 5


def test_what_is_no_program_is_told_as_a_shell_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = tmp_path / "plain.txt"
    plain.write_text("text")
    monkeypatch.setenv("PATH", str(tmp_path))
    codes = {name: main(["exec", "--", name]) for name in ("nothing", str(plain), "plain.txt", str(tmp_path))}
    assert list(codes.values()) == [127, 126, 126, 126]
    assert "nothing was not found." in capsys.readouterr().err


@pytest.mark.parametrize(("script", "code"), [("exit 7", 7), ("kill -TERM $$", 143)])
async def test_beside_us_a_program_ends_with_its_own_code(script: str, code: int) -> None:
    assert await run_beside(Path("/bin/sh"), ["sh", "-c", script], {}) == code
