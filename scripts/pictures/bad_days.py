"""Days on which a person, the broker or the database is in the way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.status import Activity
from vega_terminal.ui.modals.captcha import CaptchaModal
from vega_terminal.ui.modals.otp import OtpModal

from .good_days import dashboard
from .places import DATA_FOLDER
from .stage import Stage, consented


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
