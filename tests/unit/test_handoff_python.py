"""`from vega_terminal import current_token` as another program uses it, in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from .handoff_world import Desk, QuickClock
from .test_import_rules import foreign

BOT: Final = """
import asyncio, json, sys, threading
before = set(sys.modules)
import vega_terminal
light = sorted(name for name in set(sys.modules) - before if name.startswith("vega_terminal"))
from vega_terminal import TokenUnavailable, current_token

async def inside_a_loop():
    return current_token(), await asyncio.to_thread(current_token, "WEBSOCKET1")

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
alone = current_token("PRIMARY")
ours = asyncio.get_event_loop() is loop
both = loop.run_until_complete(inside_a_loop())
loop.close()
try:
    current_token(None)  # as of a variable of the environment that is not set
except TokenUnavailable as error:
    unset = error.refusal
try:
    current_token("NOPE")
except TokenUnavailable as error:
    refused = (error.slot, error.refusal, str(error))
print(json.dumps({
    "light": light,
    "tokens": [token.reveal() for token in (alone, *both)],
    "shown": f"{alone} {alone!r}",
    "loop_stays": ours,
    "refused": refused,
    "unset": unset,
    "threads": [thread.name for thread in threading.enumerate()],
    "loaded": sorted(set(sys.modules) - before),
}))
"""
ELSEWHERE: Final = """
from vega_terminal import current_token
print(current_token(env_file={!r}, data_dir={!r}).reveal())
"""
MAY_BE_LOADED: Final = {"aiosqlite", "cryptography", "dotenv", "filelock", "platformdirs"}
PARTS_OF_CRYPTOGRAPHY: Final = {"_cffi_backend", "_openssl"}


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, QuickClock(datetime.now(UTC)))
    await desk.save(desk.token("PRIMARY"), desk.token("WEBSOCKET1"))
    return desk


def run(folder: Path, script: str, environment: dict[str, str]) -> str:
    program = folder / "bot.py"
    program.write_text(script)
    done = subprocess.run(
        [sys.executable, str(program)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


async def test_a_program_gets_its_token_wherever_it_asks_and_loads_no_terminal(desk: Desk) -> None:
    told: dict[str, Any] = json.loads(run(desk.folder, BOT, desk.environment))

    assert told["light"] == ["vega_terminal", "vega_terminal.late_names"]
    assert told["tokens"] == ["token-of-PRIMARY-1", "token-of-PRIMARY-1", "token-of-WEBSOCKET1-1"]
    assert "token-of" not in told["shown"]
    assert told["loop_stays"] is True
    assert told["refused"][:2] == ["NOPE", "UNKNOWN_SLOT"]
    assert told["unset"] == "UNKNOWN_SLOT"
    assert "PRIMARY, WEBSOCKET1" in told["refused"][2]
    assert told["threads"] == ["MainThread"]
    assert (
        foreign({name.partition(".")[0] for name in told["loaded"]}) <= MAY_BE_LOADED | PARTS_OF_CRYPTOGRAPHY
    )
    rooms = {name.split(".")[1] for name in told["loaded"] if name.startswith("vega_terminal.")}
    assert rooms == {
        "clock", "domain", "engine", "handoff", "late_names", "private_files", "settings", "store",
        "time_limit", "wiring",
    }  # fmt: skip
    assert "vega_terminal.wiring.engine" not in told["loaded"]
    records = await desk.hand_outs()
    assert [record.slot for record in records] == ["PRIMARY", "PRIMARY", "WEBSOCKET1"]
    assert json.loads(records[0].detail) == {"program": "bot.py", "by": "current_token"}
    assert records[0].actor.endswith(" via python")


async def test_settings_and_tokens_may_lie_elsewhere(desk: Desk) -> None:
    place = desk.environment.pop("VEGA_DATA_DIR")
    file = desk.folder / "desk.env"
    lines = (f"{key}={text}\n" for key, text in desk.environment.items() if key != "VEGA_DATA_DIR")
    file.write_text("".join(lines))
    file.chmod(0o600)
    assert run(desk.folder, ELSEWHERE.format(str(file), place), {}) == "token-of-PRIMARY-1\n"
    as_bytes = ELSEWHERE.format(str(file).encode(), place.encode())
    assert run(desk.folder, as_bytes, {}) == "token-of-PRIMARY-1\n"
