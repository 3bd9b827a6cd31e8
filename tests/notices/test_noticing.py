"""Notices beside an engine, as front ends put them there; whole processes where loading is what counts."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from tests.unit.environments import good
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.engine.ports import CaptchaPrompt
from vega_terminal.notices.failed_start import tell_failed_start
from vega_terminal.notices.noticing import noticing
from vega_terminal.notices.questions import WatchedPrompts
from vega_terminal.settings.notices import Told
from vega_terminal.settings.values import DesktopNotices, NoticeSettings

from .receiver import service
from .watched import NOBODY, Watched

ENVIRON = {"PATH": os.environ["PATH"]}


def writing_to(folder: Path) -> NoticeSettings:
    """A program that puts each notice into a file of its own."""
    return replace(NOBODY, command=("sh", "-c", f"cat > {folder}/$$.json"))


def written_to(folder: Path) -> list[dict[str, object]]:
    return [json.loads(path.read_text()) for path in folder.glob("*.json")]


class Asked:
    """A person who is there, and does not come."""

    available = True

    async def captcha(self, _prompt: CaptchaPrompt) -> bool:
        await asyncio.Event().wait()
        return False


async def test_a_question_and_a_bad_end_reach_the_program(watched: Watched, tmp_path: Path) -> None:
    """The process is done at once; what is to be told is delivered before the block is left."""
    prompts = WatchedPrompts(Asked())  # type: ignore[arg-type]  # nothing else is asked
    async with noticing(writing_to(tmp_path), watched, prompts, environ=ENVIRON):
        watched.begin()
        asking = asyncio.create_task(prompts.captcha(CaptchaPrompt("PRIMARY", 90)))
        await watched.clock.sleep(20)
        asking.cancel()
        watched.fail("PRIMARY", FailureKind.CANCELLED)  # the operator did it, and knows
        watched.finish(1)
        watched.begin()
        watched.fail("PRIMARY", FailureKind.NETWORK)
        watched.finish(3, "Nothing could be done: no network.")
    assert sorted(str(notice["kind"]) for notice in written_to(tmp_path)) == ["CAPTCHA_WAITS", "RUN_FATAL"]
    assert prompts.listener is None
    assert watched.said == []


async def test_the_monitor_hears_of_bad_ends_and_of_good_ones_of_the_whole_desk(watched: Watched) -> None:
    with service() as monitor, watched.clock.outside():
        settings = replace(NOBODY, dead_man=Secret(f"{monitor.address}/uuid"))
        async with noticing(settings, watched, environ=ENVIRON):
            watched.have("PRIMARY")
            for others, code in (((), 0), (watched.roster.names, 0), ((), 1)):
                watched.begin()
                watched.have(*others)
                watched.finish(code)
                await asyncio.sleep(0)
    assert sorted(monitor.requests) == [("GET", "/uuid"), ("GET", "/uuid/fail")]


async def test_without_a_way_nothing_is_watched(watched: Watched) -> None:
    before = asyncio.all_tasks()
    async with noticing(replace(NOBODY, desktop=DesktopNotices.AUTO), watched, environ={}):
        assert asyncio.all_tasks() == before


async def test_a_run_that_cannot_start_is_told_once_and_the_monitor_each_time(tmp_path: Path) -> None:
    with service() as monitor:
        notices = replace(writing_to(tmp_path), dead_man=Secret(f"{monitor.address}/uuid"))
        who = Told(notices, tmp_path / "data")
        for _ in range(2):
            await tell_failed_start(who, StorageError("The key of the vault is gone."), ENVIRON)
    (notice,) = written_to(tmp_path)
    assert notice["happened"] == "No access token was looked at. The key of the vault is gone."
    assert monitor.requests == [("GET", "/uuid/fail")] * 2, "the monitor hears of each"


LOADED = """
import asyncio, sys
from pathlib import Path
from tests.engine.fake_clock import FakeClock
from tests.engine.rosters import SIX
from vega_terminal.clock import SystemClock
from vega_terminal.settings.values import DesktopNotices, NoticeSettings
from datetime import time
from vega_terminal.notices.noticing import noticing

class Engine:
    def __init__(self):
        from tests.engine.rosters import roster
        from vega_terminal.domain.status import AuthStatus
        from vega_terminal.engine.status_board import StatusBoard
        self.roster, self.clock = roster(), SystemClock()
        self.board = StatusBoard(AuthStatus.for_names(SIX), self.clock)
    def spent(self): return ()

async def main():
    from vega_terminal.domain import events as ev
    from vega_terminal.domain.token import Verdict, next_expiry
    engine = Engine()
    settings = NoticeSettings(DesktopNotices.ON, ("true",), None, time(8, 45), None)
    before = set(sys.modules)
    async with noticing(settings, engine, environ={}):
        now = engine.clock.now()
        engine.board.publish(ev.RunStarted(now, "run", "cli"))
        engine.board.publish(ev.VerificationStarted(now, SIX))
        for name in SIX:
            engine.board.publish(ev.TokenLoaded(now, name, now, next_expiry(now), None, False))
            engine.board.publish(ev.SlotVerified(now, name, Verdict.VALID, None))
        engine.board.publish(ev.Settled(now))
        engine.board.publish(ev.GateProbed(now, None))
        engine.board.publish(ev.GateOpened(now))
        engine.board.publish(ev.RunFinished(now, "run", 0, "All is well."))
        await asyncio.sleep(0)
    print(*sorted(set(sys.modules) - before))

asyncio.run(main())
"""


def test_a_run_in_which_all_is_well_loads_the_lookout_alone() -> None:
    answer = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert set(answer.stdout.split()) == {"vega_terminal.notices.lookout", "vega_terminal.engine.defects"}


def test_the_command_tells_what_became_of_a_test_notice_on_every_way(tmp_path: Path) -> None:
    keys = good(
        VEGA_DATA_DIR=str(tmp_path / "data"),
        VEGA_NOTIFY_DESKTOP="off",
        VEGA_NOTIFY_COMMAND=f"tee {tmp_path}/told",
        VEGA_NOTIFY_WEBHOOK="http://127.0.0.1:9/s3cret",
    )
    answer = subprocess.run(
        [sys.executable, "-m", "vega_terminal.cli", "notices", "test", "--json"],
        capture_output=True,
        text=True,
        env=ENVIRON | {"HOME": str(tmp_path)} | keys,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert json.loads(answer.stdout) == {
        "channels": [
            {"channel": "VEGA_NOTIFY_COMMAND", "delivered": True, "trouble": None},
            {
                "channel": "VEGA_NOTIFY_WEBHOOK",
                "delivered": False,
                "trouble": "The service could not be reached (Connection refused).",
            },
        ]
    }
    assert answer.returncode == 1
    assert json.loads((tmp_path / "told").read_text())["kind"] == "TEST"
    assert "s3cret" not in answer.stderr + (tmp_path / "data/logs/vega.log").read_text()
