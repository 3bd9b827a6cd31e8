"""Days on which all goes well: the first one, and a tour of every screen."""

from __future__ import annotations

from typing import Final

from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.status import Activity

from .stage import Stage, consented


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
    for line, name in RECORDS:
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
