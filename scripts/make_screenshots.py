"""Writes `screenshots/*.svg` from the running terminal: real engine, real browser, simulated broker.

Every scene is a fresh start of the app on an empty data folder, led by keys as an operator would; a picture
is taken when the status says that the moment has come. Nothing on the screen is made up or hidden.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from textual.pilot import Pilot

from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.status import Activity, AuthStatus
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.modals.captcha import CaptchaModal
from vega_terminal.ui.modals.decision import DecisionModal
from vega_terminal.ui.modals.otp import OtpModal
from vega_terminal.ui.startup import terminal_factory
from vega_terminal.ui.views.desk_view import Phase

FOLDER: Final = Path(__file__).resolve().parent.parent / "screenshots"
SIZE: Final = (120, 36)
DATA_FOLDER: Final = Path("/tmp/vega")
"""Stands on the account screen, so it is the same everywhere and tells nothing of this machine."""
PATIENCE_SECONDS: Final = 120.0


class Stage:
    """One running app: presses keys, waits for moments, takes pictures."""

    def __init__(self, app: VegaApp, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot

    @property
    def status(self) -> AuthStatus:
        return self.app.session.view().status

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def until(self, moment: Callable[[], bool], what: str) -> None:
        """Wait for a moment; the screen is painted when this returns."""
        await _come(moment, what)
        self.app.repaint()
        await self._pilot.pause()

    async def leave(self) -> None:
        """Quit as an operator does; the engine and all its processes have ended when this returns."""
        await self.press("ctrl+q")
        await _come(lambda: self.app.return_code is not None, "the app to end")

    async def shoot(self, name: str) -> None:
        """Write the picture `name`."""
        await self._pilot.pause()
        picture = self.app.export_screenshot(title="VEGA Terminal")
        (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")
        sys.stderr.write(f"  {name}.svg\n")

    async def started(self) -> None:
        """Until the engine runs and found out that nothing is there."""
        await self.until(
            lambda: self.app.session.phase is Phase.RUNNING and self.app.session.view().why_no_verify is None,
            "the engine to start",
        )

    async def asked_for_consent(self) -> None:
        await self.press("g")
        await self.until(lambda: isinstance(self.app.screen, DecisionModal), "the decision prompt")

    async def go(self, line: str) -> None:
        """Type a function and GO."""
        await self.press("colon", *("space" if char == " " else char for char in line.lower()), "enter")

    async def go_and_see(self, line: str) -> None:
        """Type a market function and wait for what the broker answers."""
        before = self.app.session.fed_at
        await self.go(line)
        await self.until(lambda: self.app.session.fed_at != before, f"the broker's answer for {line}")
        await self.still()

    async def still(self) -> None:
        """Wait until the picture stays as it is for a while; what loads late comes in the meantime."""
        same, last = 0, ""
        while same < 4:
            await self._pilot.pause(0.1)
            now = self.app.export_screenshot()
            same, last = (same + 1, last) if now == last else (0, now)

    async def finished(self) -> None:
        await self.until(lambda: not self.status.running, "the run to end")

    def activity(self, slot: str) -> Activity:
        return self.status.slot(slot).activity


async def _come(moment: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not moment():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Waited {PATIENCE_SECONDS:.0f} s for: {what}.")
        await asyncio.sleep(0.02)


async def first_day(stage: Stage) -> None:
    """From nothing to the dashboard."""
    await stage.started()
    await stage.shoot("01-login-empty")
    await stage.press("question_mark")
    await stage.shoot("02-help")
    await stage.press("escape")
    await stage.asked_for_consent()
    await stage.shoot("03-decision")
    await stage.press("y")
    await stage.until(
        lambda: stage.status.slot(PRIMARY).step is LoginStep.WAITING_PIN_PAGE, "PRIMARY's sign-in"
    )
    await stage.shoot("04-signing-in")
    await stage.until(lambda: stage.activity("WEBSOCKET3") is Activity.GENERATING, "the fourth slot")
    await stage.shoot("05-generating")
    await stage.finished()
    await stage.shoot("06-ready")
    await stage.press("2")
    await stage.shoot("07-account")
    await dashboard(stage, "08-dashboard")


async def dashboard(stage: Stage, name: str) -> None:
    """The dashboard with the broker's answers in it."""
    await stage.press("3")
    await stage.until(lambda: stage.app.session.dashboard.positions.value is not None, "the positions")
    await stage.shoot(name)


TOUR: Final = (
    ("W", "20-watchlist"),
    ("NIFTY OMON", "21-options"),
    ("RELIANCE DES", "22-description"),
    ("RELIANCE GP", "23-price-graph"),
)
RECORDS: Final = (
    ("PORT", "24-portfolio"),
    ("AUD", "25-audit"),
    ("LOG", "26-log"),
    ("DOC", "27-doctor"),
)


async def tour(stage: Stage, prefix: str = "") -> None:
    """Every screen once, with everything valid."""
    await consented(stage)
    await stage.finished()
    if prefix:
        await stage.go("LOGIN")
        await stage.shoot(f"{prefix}06-ready")
        await stage.press("2")
        await stage.still()
        await stage.shoot(f"{prefix}07-account")
        await dashboard(stage, f"{prefix}08-dashboard")
    for line, name in TOUR:
        await stage.go_and_see(line)
        await stage.shoot(f"{prefix}{name}")
    for line, name in (
        ("PORT", "24-portfolio"),
        ("AUD", "25-audit"),
        ("LOG", "26-log"),
        ("DOC", "27-doctor"),
    ):
        await stage.go(line)
        await stage.still()
        await stage.shoot(f"{prefix}{name}")
    await stage.go("THEME")
    await stage.shoot(f"{prefix}29-looks")
    await stage.go("LOGIN")
    if not prefix:
        await extras(stage)


async def extras(stage: Stage) -> None:
    """What stands above a screen."""
    await stage.press("colon", "d")
    await stage.shoot("28-command-line")
    await stage.press("escape", "f1", "f1")
    await stage.still()
    await stage.shoot("30-manual")
    await stage.press("escape")


async def colour_blind(stage: Stage) -> None:
    """The same in the theme that every eye can tell apart."""
    await stage.started()
    await stage.go("THEME CVD")
    await tour(stage, "cvd-")


async def throttled(stage: Stage) -> None:
    """Without PRIMARY, and then the second sign-in stands still: some tokens, a cooldown."""
    await stage.started()
    await stage.asked_for_consent()
    await stage.press("space", "s")
    await stage.finished()
    await stage.shoot("09-cooldown")
    await stage.press("2")
    await stage.shoot("10-account-cooldown")


async def captcha(stage: Stage) -> None:
    """One slot is parked, the others go on; then a person is called."""
    await consented(stage)
    await stage.until(
        lambda: stage.activity("OPTIONCHAIN1") is Activity.GENERATING, "the slot after the parked one"
    )
    await stage.shoot("11-parked")
    await stage.until(lambda: isinstance(stage.app.screen, CaptchaModal), "the CAPTCHA prompt")
    await stage.shoot("12-captcha")
    await stage.press("x")
    await stage.finished()


async def one_time_password(stage: Stage) -> None:
    """Nobody set the authenticator's secret: the operator types the OTP."""
    await consented(stage)
    await stage.until(lambda: isinstance(stage.app.screen, OtpModal), "the OTP prompt")
    await stage.press("1", "2", "3")
    await stage.shoot("13-one-time-password")
    await stage.press("escape")
    await stage.finished()


async def night(stage: Stage) -> None:
    """The broker closes funds at night; the other panels live on."""
    await consented(stage)
    await stage.finished()
    await dashboard(stage, "14-dashboard-night")


async def refused(stage: Stage) -> None:
    """A wrong PIN: submitted once, everything stops, and the reason is in the rows."""
    await consented(stage)
    await stage.until(lambda: stage.status.slot(PRIMARY).failure is not None, "the refusal")
    await stage.finished()
    await stage.shoot("15-wrong-pin")


async def locked(stage: Stage) -> None:
    """Another program takes the database in the middle of the login; everything is held, then saved."""
    await consented(stage)
    await stage.until(
        lambda: stage.status.slot(PRIMARY).step is LoginStep.WAITING_PIN_PAGE, "PRIMARY's sign-in"
    )
    with held_by_another_program(DATA_FOLDER / "demo" / "vega_trade.db"):
        await stage.until(lambda: stage.status.database.pending > 0, "tokens to be held")
        await stage.finished()
        await stage.shoot("16-database-locked")
    await stage.until(lambda: stage.status.database.state is DatabaseState.OK, "the database to be back")
    await stage.shoot("17-database-back")


@contextmanager
def held_by_another_program(database: Path) -> Iterator[None]:
    """A second process has the database for itself during the block."""
    script = (
        "import sqlite3, sys; held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30);"
        " held.execute('BEGIN EXCLUSIVE'); sys.stdout.write('held'); sys.stdout.flush(); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        if other.stdout is None or other.stdout.read(4) != b"held":
            raise RuntimeError("The other program could not take the database.")
        yield
        other.kill()


async def consented(stage: Stage) -> None:
    """Ask for a run and say yes."""
    await stage.started()
    await stage.asked_for_consent()
    await stage.press("y")


@dataclass(frozen=True, slots=True)
class Scene:
    """A name, a scenario of the simulated broker, what happens in it, and settings that shorten its waits."""

    name: str
    scenario: str
    play: Callable[[Stage], Awaitable[None]]
    settings: Mapping[str, str] = field(default_factory=dict)


SCENES: Final = (
    Scene("first-day", "happy", first_day),
    Scene("tour", "happy", tour),
    Scene("colour-blind", "happy", colour_blind),
    Scene("throttled", "throttled", throttled, {"UPSTOX_LOGIN_STEP_TIMEOUT_SEC": "5"}),
    Scene("captcha", "captcha", captcha),
    Scene("sms-otp", "sms-otp", one_time_password),
    Scene("night", "night", night),
    Scene("wrong-pin", "wrong-pin", refused),
    Scene("locked", "happy", locked),
)


async def play(scene: Scene) -> None:
    """Start the app in a scene and take its pictures."""
    with fresh_data_folder() as folder:
        # The engine reads these when it opens, as it would from an operator's shell.
        os.environ |= {"VEGA_DATA_DIR": str(folder), "VEGA_HEADLESS": "on", **scene.settings}
        app = VegaApp(*terminal_factory(scene.scenario, None))
        app.animation_level = "none"
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            stage = Stage(app, pilot)
            await scene.play(stage)
            await stage.leave()
    for name in scene.settings:
        del os.environ[name]


@contextmanager
def fresh_data_folder() -> Iterator[Path]:
    """The folder, empty, for the block.

    Raises:
        FileExistsError: it is in use, or was left behind; look and remove it by hand.
    """
    DATA_FOLDER.mkdir(mode=0o700)
    try:
        yield DATA_FOLDER
    finally:
        shutil.rmtree(DATA_FOLDER)


def main(arguments: Sequence[str] | None = None) -> int:
    """Renew the pictures of every scene, or of those named."""
    known = {scene.name: scene for scene in SCENES}
    parser = argparse.ArgumentParser(description="Write screenshots/*.svg from the running terminal.")
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=f"some of: {', '.join(known)}")
    names = parser.parse_args(arguments).scenes or list(known)
    FOLDER.mkdir(exist_ok=True)
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
    os.environ["XDG_CONFIG_HOME"] = str(DATA_FOLDER / "config")  # nobody's own looks and keys
    for name in names:
        sys.stderr.write(f"{name}\n")
        asyncio.run(play(known[name]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
