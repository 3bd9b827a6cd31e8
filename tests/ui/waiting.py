"""Waiting for conditions: a test never sleeps and never guesses how long something takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from textual.pilot import Pilot

from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.views.desk_view import Phase

_TURNS = 100


def app_of(pilot: Pilot[None]) -> VegaApp:
    """The App under test."""
    return cast("VegaApp", pilot.app)


async def until(pilot: Pilot[None], condition: Callable[[], bool], what: str) -> None:
    """Let the App work until `condition` holds."""
    for _ in range(_TURNS):
        if condition():
            await pilot.pause()
            return
        await pilot.pause()
    raise AssertionError(f"It never happened: {what}.")


async def running(pilot: Pilot[None]) -> None:
    """Wait until the engine runs and its history is on the screen."""
    await until(pilot, lambda: app_of(pilot).session.phase is Phase.RUNNING, "the engine runs")


def screen_text(app: VegaApp) -> str:
    """Everything on the screen, line by line, as a person reads it."""
    width, _height = app.size
    lines = app.screen._compositor.render_strips()
    return "\n".join(strip.crop(0, width).text.rstrip() for strip in lines)
